// Takes a register: each change goes to the server by itself, in small batches, until it is acknowledged.
// Without this script the page is a plain form and does the same on Save.
"use strict";

(() => {
  const form = document.getElementById("register");
  if (!form) return;
  const PAUSE = 350; // milliseconds: changes made in one breath travel together
  const SLOWEST = 30000;
  const { saveUrl, person, present, startsAt, closesAt } = form.dataset;
  const isLesson = "lesson" in form.dataset; // minutes late and elsewhere on site, no L or U by the clock
  const ahead = Date.parse(form.dataset.now) - Date.now(); // of this device's clock, so that times are the server's
  const closes = Date.parse(closesAt);
  const now = () => new Date(Date.now() + ahead);
  const clockTime = (moment) => moment.toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
  const part = (name, pupil) => form.elements[`${name}-${pupil}`];

  const waiting = new Map(); // pupil -> what was chosen and has not been sent
  let sent = null; // the batch under way: {key, rows}; repeated under its own key until it is answered
  let timer = 0;
  let delay = PAUSE;
  let afterwards = null; // the button to press once everything is saved

  form.classList.add("scripted");
  form.addEventListener("change", (event) => choose(event.target));
  form.addEventListener("click", (event) => event.target.closest("[data-clear]") && clear(event));
  form.addEventListener("submit", submit);
  window.addEventListener("online", () => soon(0));
  window.addEventListener("focus", () => sent && soon(0));
  window.addEventListener("beforeunload", (event) => (waiting.size || sent) && event.preventDefault());
  setInterval(tick, 10000);

  function choose(field) {
    const [name, pupil] = field.name.split("-");
    if (!pupil || field.closest("[data-amend]")) return;
    const choice = form.querySelector(`input[name="mark-${pupil}"]:checked`);
    if (!choice) return name === "note" && say(pupil, "Choose a mark: the note is kept with it.");
    const row = { code: choice.value, made_at: now().toISOString() };
    const note = part("note", pupil)?.value.trim();
    if (note !== undefined && note !== part("seen", pupil).value.split("|").slice(3).join("|")) row.comment = note;
    if (choice.value === "late") Object.assign(row, isLesson ? lateToLesson(pupil) : late(pupil));
    if (choice.value === "ES") Object.assign(row, elsewhere(pupil));
    if (choice.value === "more") Object.assign(row, { code: part("more", pupil).value, nature: part("nature", pupil).value });
    if (name === "mark" && choice.value === "more" && !row.code) return part("more", pupil).focus();
    count();
    if (!row.code) return;
    if (choice.value !== "late") say(pupil, "");
    put(pupil, row);
  }

  function put(pupil, row) {
    waiting.set(pupil, row);
    state("saving", "Saving");
    soon(PAUSE);
  }

  // A mark taken back while the register is open: the child is unmarked again.
  function clear(event) {
    event.preventDefault();
    const pupil = event.target.closest("[data-clear]").dataset.clear;
    for (const radio of form.querySelectorAll(`input[name="mark-${pupil}"]`)) radio.checked = false;
    say(pupil, "");
    count();
    put(pupil, { code: "", made_at: now().toISOString() });
  }

  // A lesson asks for the minutes, and waits for them.
  function lateToLesson(pupil) {
    const field = part("minutes", pupil);
    if (field.value.trim()) {
      say(pupil, "");
      return { code: "L", minutes_late: Number(field.value) || 0 };
    }
    say(pupil, "Say how many minutes late.");
    field.focus();
    return { code: "" };
  }

  function elsewhere(pupil) {
    const place = part("place", pupil);
    const until = part("until", pupil).value;
    if (!place.value.trim()) {
      say(pupil, "Say where the child is.");
      place.focus();
      return { code: "" };
    }
    const back = until && new Date(startsAt.replace(/T\d\d:\d\d:\d\d/, `T${until}:00`)).toISOString();
    return { place: place.value.trim(), until_at: back || null };
  }

  // L up to and including the closing moment, then U; the server has the last word.
  function late(pupil) {
    const field = part("time", pupil);
    if (!field.value) field.value = clockTime(now()).slice(0, 5);
    const arrived = new Date(startsAt.replace(/T\d\d:\d\d:\d\d/, `T${field.value}:00`));
    if (arrived > now()) {
      say(pupil, `${field.value} is still to come. Enter when the child arrived.`, true);
      return { code: "" };
    }
    const code = arrived <= closes ? "L" : "U";
    const closing = clockTime(new Date(closes)).slice(0, 5);
    say(pupil, `${code}: arrived at ${field.value}, the register ${code === "L" ? "is open until" : "closed at"} ${closing}.`);
    return { code, arrived_at: arrived.toISOString() };
  }

  function soon(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  async function send() {
    if (send.busy || (!sent && !waiting.size)) return;
    send.busy = true;
    if (!sent) {
      const rows = [...waiting].map(([pupil, row]) => ({ pupil: Number(pupil), base: Number(part("seen", pupil).value.split("|")[0]), ...row }));
      waiting.clear();
      sent = { key: newKey(), rows };
    }
    let reply = null;
    try {
      reply = await fetch(saveUrl, { method: "POST", headers: headers(), body: JSON.stringify(sent) });
    } catch {
      reply = null;
    }
    await answered(reply);
    send.busy = false;
    if (sent) soon(delay);
    else if (waiting.size) soon(PAUSE);
    else if (afterwards) form.requestSubmit(afterwards);
  }

  // A random UUID; crypto.randomUUID is missing where a school serves the page without TLS.
  function newKey() {
    const digit = (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16);
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit);
  }

  function headers() {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    return {
      "Content-Type": "application/json",
      "X-CSRFToken": token ? token[1] : form.elements.csrfmiddlewaretoken.value,
      "X-Person": person,
    };
  }

  async function answered(reply) {
    const body = reply ? await reply.json().catch(() => null) : null;
    if (reply && reply.ok && body) return settled(body);
    if (body && (reply.status === 400 || reply.status === 422 || body.error === "key used before")) return refused(body);
    afterwards = null;
    delay = Math.min(delay * 2, SLOWEST);
    const count = sent.rows.length + waiting.size;
    const marks = `${count} ${count === 1 ? "mark waits" : "marks wait"} on this page`;
    if (reply && reply.status === 401) return state("signed-out", `Signed out: ${marks}. `, "Sign in here, nothing is lost");
    if (body && body.error === "someone else") return state("wrong", `${body.message} ${marks}.`);
    if (reply && reply.status === 404) return state("wrong", `This register is no longer yours to take. ${marks}.`);
    state("offline", reply ? `The server did not save: ${marks}` : `No connection: ${marks}`);
  }

  function settled(body) {
    const times = new Map(sent.rows.map((row) => [row.pupil, row.arrived_at]));
    sent = null;
    delay = PAUSE;
    const clashing = body.rows.filter((row) => row.outcome === "clash");
    const whose = new Set(clashing.map((row) => row.whose));
    const clashes = clashing.length;
    let refusals = 0;
    for (const row of body.rows) {
      const arrived = times.get(row.pupil);
      const shown = arrived ? clockTime(new Date(arrived)).slice(0, 5) : "";
      part("seen", row.pupil).value = isLesson ? `${row.base}|${row.code}` : `${row.base}|${row.code}|${row.outcome === "clash" ? "" : shown}|${row.comment}`;
      refusals += row.outcome === "refused";
      if (row.outcome === "clash" || row.outcome === "refused") notTaken(row);
    }
    count();
    if (clashes) state("clash", `${clashes} ${clashes === 1 ? "mark" : "marks"} changed by ${whose.size === 1 ? [...whose][0] : "others"} while you worked`);
    else if (refusals) state("wrong", `${refusals} not saved: see the row`);
    else if (!waiting.size) state("saved", `Saved ${clockTime(new Date(body.saved_at))}`);
    if (clashes || refusals) afterwards = null;
  }

  // Shows what stands, and says whose it is; to prefer one's own is to choose it again.
  function notTaken(row) {
    if (waiting.has(String(row.pupil))) return;
    const choice = { N: "N", L: "late", U: "late", ES: "ES", [present]: present }[row.code] ?? (row.code && "more");
    for (const radio of form.querySelectorAll(`input[name="mark-${row.pupil}"]`)) radio.checked = radio.value === choice;
    if (choice === "more" && part("more", row.pupil)) part("more", row.pupil).value = row.code;
    if (part("note", row.pupil)) part("note", row.pupil).value = row.comment;
    say(row.pupil, row.why, true);
  }

  function refused(body) {
    const detail = Array.isArray(body.detail) ? body.detail.join(" ") : "";
    for (const row of sent.rows) say(row.pupil, "Not saved.", true);
    sent = null;
    afterwards = null;
    state("wrong", `${body.message} ${detail}`.trim());
  }

  function submit(event) {
    if (!waiting.size && !sent) return;
    event.preventDefault(); // what was chosen first, then what the button does
    afterwards ??= event.submitter; // of two hasty presses, the first
    soon(0);
  }

  function say(pupil, words, isWrong = false) {
    const cell = document.getElementById(`words-${pupil}`);
    cell.textContent = words;
    cell.classList.toggle("field-error", isWrong);
    cell.parentElement.classList.toggle("row-wrong", isWrong);
    cell.parentElement.classList.remove("row-clash");
  }

  function state(kind, words, link = "") {
    const line = form.querySelector("[data-state]");
    const text = line.querySelector("[data-state-words]");
    line.dataset.state = kind;
    text.textContent = words;
    if (link) {
      const anchor = Object.assign(document.createElement("a"), { href: "/login/", target: "_blank", textContent: link });
      text.append(anchor);
    }
    if (kind !== "saving") document.getElementById("announcement").textContent = words + link;
  }

  function count() {
    const groups = [...form.querySelectorAll(".row-mark > .entry")];
    const blank = groups.filter((group) => !group.querySelector("input:checked")).length;
    const total = form.querySelectorAll("tbody tr").length;
    const held = form.querySelectorAll("[data-away]").length;
    const everyone = form.querySelector("[data-everyone]");
    set("left", blank);
    set("marked", total - blank - held);
    if (!everyone) return;
    const byHand = groups.filter((group) => group.closest("[data-check]") && !group.querySelector("input:checked")).length;
    set("fillable", blank - byHand);
    everyone.value = `everyone-${blank - byHand}`;
    everyone.hidden = blank === byHand;
  }

  function set(name, value) {
    form.querySelector(`[data-count="${name}"]`).textContent = value;
  }

  function tick() {
    const line = form.querySelector("[data-clock]");
    if (!form.classList.contains("register-open")) return;
    const closing = clockTime(new Date(closes)).slice(0, 5);
    const minutes = Math.floor((closes - now()) / 60000);
    if (isLesson) line.textContent = minutes < 0 ? `The lesson ended ${closing}` : `The lesson ends ${closing}`;
    else if (minutes < 0) line.textContent = `Closed ${closing}: later arrivals are U`;
    else line.textContent = `Closes ${closing}, in ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  }
})();
