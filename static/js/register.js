// Takes a register: each change is kept on the device (register-store.js) and goes to the server by itself, in small
// batches, until it is acknowledged. Without this script the page is a plain form and does the same on Save.
"use strict";

(() => {
  const form = document.getElementById("register");
  if (!form) return;
  const PAUSE = 350; // milliseconds: changes made in one breath travel together
  const SLOWEST = 30000;
  const store = self.registerStore;
  const { person, present, startsAt, closesAt, keyUrl, workerUrl } = form.dataset;
  const isLesson = "lesson" in form.dataset; // minutes late and elsewhere on site, no L or U by the clock
  const keptAhead = document.documentElement.dataset.kept; // of a page that was kept: its own moment is long past
  const isKept = keptAhead !== undefined;
  const ahead = isKept ? Number(keptAhead) : Date.parse(form.dataset.now) - Date.now(); // so that times are the server's
  const closes = Date.parse(closesAt);
  const now = () => new Date(Date.now() + ahead);
  const clockTime = (moment) => moment.toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
  const part = (name, pupil) => form.elements[`${name}-${pupil}`];
  const seen = (pupil) => Number(part("seen", pupil)?.value.split("|")[0] ?? 0);

  const page = document.documentElement.cloneNode(true); // as the server sent it
  const about = {
    saveUrl: form.dataset.saveUrl,
    pageUrl: form.dataset.openUrl,
    title: document.querySelector("h1").textContent.trim(),
    day: form.dataset.day,
  };
  const draft = new store.Draft(form.dataset.register, about, person);
  let timer = 0;
  let delay = PAUSE;
  let isBusy = true; // until it is known what the device keeps
  let isCut = isKept; // from the server, as far as is known
  let afterwards = null; // the button to press once everything is saved

  form.classList.add("scripted");
  form.elements.key.value = store.newKey(); // a page that was kept would repeat its own
  form.addEventListener("change", (event) => choose(event.target));
  form.addEventListener("click", (event) => event.target.closest("[data-clear]") && clear(event));
  form.addEventListener("submit", submit);
  window.addEventListener("online", () => soon(0));
  window.addEventListener("focus", () => draft.waits && soon(0));
  window.addEventListener("beforeunload", (event) => draft.waits && !draft.isSafe && event.preventDefault());
  store.channel?.addEventListener("message", ({ data }) => data.name === draft.name && fromAnotherTab(data));
  setInterval(tick, 10000);
  begin();

  async function begin() {
    if (isKept) state("offline", "No connection: this is the register as it was when it was last loaded");
    if ("pressed" in document.documentElement.dataset) notDone();
    const today = isKept ? store.dayOf(now()) : form.dataset.now.slice(0, 10);
    const mine = await store.unlock({ person, keyUrl, today });
    await draft.keepWith(mine);
    showKept();
    isBusy = false;
    if (draft.waits) soon(0);
    if (!mine || isKept) return;
    store.serve(workerUrl);
    if (location.search || document.querySelector(".error-summary")) return;
    const how = { day: about.day, ahead };
    for (const url of new Set([location.pathname, about.pageUrl])) store.keepPage(mine, url, page, how).catch(() => null);
  }

  // What the device kept and this page does not show yet.
  function showKept() {
    const { done, refused, batches, waiting } = draft.now;
    for (const [pupil, row] of Object.entries(done)) if (row.base > seen(pupil)) showSaved(pupil, row);
    for (const row of batches.flatMap((batch) => batch.rows)) showChosen(row.pupil, row);
    for (const [pupil, row] of Object.entries(waiting)) showChosen(pupil, row);
    for (const [pupil, row] of Object.entries(refused)) if (row.base >= seen(pupil)) notSaved(pupil, row);
    count();
    if (draft.waits) state(isCut ? "offline" : "saving", isCut ? `No connection: ${marksAre()}` : "Saving");
    else if (Object.keys(refused).some((pupil) => refused[pupil].base >= seen(pupil))) saved();
  }

  function choose(field) {
    const [name, pupil] = field.name.split("-");
    if (!pupil || field.closest("[data-amend]")) return;
    const choice = form.querySelector(`input[name="mark-${pupil}"]:checked`);
    if (!choice) return name === "note" && say(pupil, "Choose a mark: the note is kept with it.");
    const row = { base: seen(pupil), code: choice.value, made_at: now().toISOString() };
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
    draft.choose(pupil, row).then(() => isCut && state("offline", `No connection: ${marksAre()}`));
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
    put(pupil, { base: seen(pupil), code: "", made_at: now().toISOString() });
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
    if (isBusy || !draft.waits) return;
    isBusy = true;
    const answer = await draft.send();
    if (!draft.mine && answer.result === "saved") await draft.keepWith(await store.unlock({ person, keyUrl, today: about.day }));
    answered(answer);
    isBusy = false;
    if (draft.waits) return soon(delay);
    if (answer.result !== "saved" && answer.result !== "nothing") return;
    if (afterwards) form.requestSubmit(afterwards);
    else if ("draft" in form.dataset && !isCut && !form.querySelector(".row-wrong")) location.reload(); // it is open now
  }

  function marksAre() {
    const marks = draft.waits;
    if (draft.mine) return `${marks} ${marks === 1 ? "mark is" : "marks are"} safe on this device`;
    return `${marks} ${marks === 1 ? "mark waits" : "marks wait"} on this page`;
  }

  function answered({ result, status, body, batch }) {
    isCut = result === "no answer" || result === "not saved";
    if (result === "saved") return settled(body, batch);
    if (result === "nothing") return draft.waits || saved(new Date(now()));
    if (result === "refused") return refused(batch, body);
    if (result === "refused together" || result === "key used before") return state("saving", "Saving");
    const unfinished = afterwards ? `. ${notYet(afterwards)}` : "";
    afterwards = null;
    delay = Math.min(delay * 2, SLOWEST);
    const keep = draft.mine ? "nothing is lost" : "and keep this page open";
    if (result === "signed out" && "byPass" in form.dataset) return state("signed-out", `Your cover pass has ended: ${marksAre()}${unfinished}. ${store.forANewPass(draft)}`);
    if (result === "signed out") return state("signed-out", `Signed out: ${marksAre()}${unfinished}. `, `Sign in here, ${keep}`);
    if (result === "someone else") return state("wrong", `${body.message} ${marksAre()}${unfinished}`);
    if (result === "not yours") return state("wrong", `This register is no longer yours to take: ${marksAre()}${unfinished}`);
    state("offline", `${status ? "The server did not save" : "No connection"}: ${marksAre()}${unfinished}`);
  }

  // What a button would have done is said too: a press is not kept, only marks are.
  function notYet(button) {
    if (button.value === "finish") return "The register is not finished: press Finish again once they are sent";
    return button.value === "save" ? "" : `Not done yet: ${button.textContent.trim().replace(/\s+/g, " ")}`;
  }

  function notDone() {
    history.replaceState(null, "", location.href); // so that to load the page again does not press it again
    if (location.pathname === form.dataset.openUrl) return; // what was pressed was to open it
    state("offline", "No answer from the server: what you pressed may not have been done. Press it again once you are connected");
  }

  async function fromAnotherTab({ owner, body, batch }) {
    if (owner !== draft.mine?.owner) return;
    await draft.change(() => null);
    settled(body, batch);
  }

  function saved(at) {
    const refused = Object.keys(draft.now.refused).length;
    if (refused) state("wrong", `${refused} not saved: see the ${refused === 1 ? "row" : "rows"}`);
    else state("saved", `Saved ${clockTime(at)}`);
  }

  function settled(body, batch) {
    const sent = new Map(batch.rows.map((row) => [row.pupil, row]));
    delay = PAUSE;
    const clashing = body.rows.filter((row) => row.outcome === "clash");
    const whose = new Set(clashing.map((row) => row.whose));
    const clashes = clashing.length;
    let refusals = 0;
    for (const row of body.rows) {
      if (part("seen", row.pupil)) setSeen(row.pupil, row, row.outcome === "clash" ? {} : sent.get(row.pupil));
      refusals += row.outcome === "refused";
      if (row.outcome === "clash" || row.outcome === "refused") notTaken(row);
      else if (row.why) say(row.pupil, row.why, true);
    }
    count();
    if (clashes) state("clash", `${clashes} ${clashes === 1 ? "mark" : "marks"} changed by ${whose.size === 1 ? [...whose][0] : "others"} while you worked`);
    else if (refusals) state("wrong", `${refusals} not saved: see the row`);
    else if (!draft.waits) saved(new Date(body.saved_at));
    if (clashes || refusals) afterwards = null;
  }

  function setSeen(pupil, { base, code, comment = "" }, { arrived_at: arrived } = {}) {
    const shown = arrived ? clockTime(new Date(arrived)).slice(0, 5) : "";
    part("seen", pupil).value = isLesson ? `${base}|${code}` : `${base}|${code}|${shown}|${comment}`;
  }

  // Shows what stands, and says whose it is; to prefer one's own is to choose it again.
  function notTaken(row) {
    if (draft.now.waiting[row.pupil] || draft.taps.has(String(row.pupil))) return;
    check(row.pupil, row.code);
    if (part("note", row.pupil)) part("note", row.pupil).value = row.comment;
    say(row.pupil, row.why, true);
  }

  function check(pupil, code) {
    const choice = { N: "N", L: "late", U: "late", ES: "ES", [present]: present }[code] ?? (code && "more");
    for (const radio of form.querySelectorAll(`input[name="mark-${pupil}"]`)) radio.checked = radio.value === choice;
    if (choice === "more" && part("more", pupil)) part("more", pupil).value = code;
  }

  // A mark as it was chosen on this device, with what was entered beside it; a row that is locked by now keeps its own.
  function showChosen(pupil, row) {
    if (!part("seen", pupil) || part("seen", pupil).closest("[data-amend]")) return;
    check(pupil, row.code);
    const time = (moment) => moment && clockTime(new Date(moment)).slice(0, 5);
    const beside = { note: row.comment, nature: row.nature, minutes: row.minutes_late, place: row.place, time: time(row.arrived_at), until: time(row.until_at) };
    for (const [name, value] of Object.entries(beside)) if (part(name, pupil)) part(name, pupil).value = value ?? "";
  }

  function showSaved(pupil, row) {
    showChosen(pupil, row);
    if (part("seen", pupil)) setSeen(pupil, row, row);
  }

  function notSaved(pupil, row) {
    showChosen(pupil, row);
    if (document.getElementById(`words-${pupil}`)) say(pupil, `Not saved. ${row.why} It is kept here: choose it again, or tell the office.`, true);
  }

  function refused({ rows: [{ pupil }] }) {
    if (draft.now.refused[pupil]) notSaved(pupil, draft.now.refused[pupil]);
    afterwards = null;
    if (!draft.waits) saved(now());
  }

  function submit(event) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = store.token();
    const isEveryone = event.submitter && "everyone" in event.submitter.dataset;
    if (isEveryone && (isCut || !navigator.onLine)) {
      event.preventDefault();
      return everyoneElse();
    }
    if (!draft.waits) return;
    event.preventDefault(); // what was chosen first, then what the button does
    afterwards ??= event.submitter; // of two hasty presses, the first
    soon(0);
  }

  // Where the server cannot be asked, the blanks are marked here, as one by one.
  function everyoneElse() {
    for (const group of form.querySelectorAll(".row-mark > .entry")) {
      if (group.closest("[data-check]") || group.querySelector("input:checked")) continue;
      const radio = group.querySelector(`input[value="${present}"]`);
      radio.checked = true;
      choose(radio);
    }
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
