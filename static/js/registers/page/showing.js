// What a register's page shows: what the device kept, what the server answered, and how many are marked.

// What the device kept and this page does not show yet.
function showKept() {
  const { done, refused, batches, waiting } = draft.now;
  const kept = [...batches.flatMap((batch) => batch.rows.map((row) => [`${row.pupil}`, row])), ...Object.entries(waiting)];
  for (const [pupil, row] of Object.entries(done)) if (row.base > seen(pupil)) showSaved(pupil, row);
  for (const [pupil, row] of kept) if (!draft.taps.has(pupil)) showChosen(pupil, row); // unless it was chosen anew just now
  for (const pupil of refusedHere()) notSaved(pupil, refused[pupil]);
  count();
  if (draft.isToSend) state(isCut ? "offline" : "saving", isCut ? `No connection: ${draft.inWords}` : "Saving");
  else if (refusedHere().length || (draft.now.unfinished && finishButton())) saved();
}

// The children whose mark was refused, and stands as it stood then.
function refusedHere() {
  const { refused } = draft.now;
  return Object.keys(refused).filter((pupil) => refused[pupil].base >= seen(pupil));
}

function setSeen(pupil, { base, code, comment = "" }, { arrived_at: arrived } = {}) {
  if (hereButton(pupil)) hereButton(pupil).value = `here-${pupil}-${base}`;
  if (!part("seen", pupil)) return;
  const shown = arrived ? clockTime(new Date(arrived)).slice(0, 5) : "";
  part("seen", pupil).value = `${base}|${code}|${shown}|${comment}`;
}

// Shows what stands, and says whose it is; to prefer one's own is to choose it again.
function notTaken(row) {
  if (draft.now.waiting[row.pupil] || draft.taps.has(String(row.pupil))) return;
  if (hereButton(row.pupil)) hereButton(row.pupil).ariaDisabled = "false";
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
  if (row.here && hereButton(pupil)) return showHere(pupil, row);
  if (!part("seen", pupil) || part("seen", pupil).closest("[data-amend]")) return;
  check(pupil, row.code);
  const time = (moment) => moment && clockTime(new Date(moment)).slice(0, 5);
  const beside = { note: row.comment, nature: row.nature, minutes: row.minutes_late, place: row.place, time: time(row.arrived_at), until: time(row.until_at) };
  for (const [name, value] of Object.entries(beside)) if (part(name, pupil)) part(name, pupil).value = value ?? "";
}

function showSaved(pupil, row) {
  showChosen(pupil, row);
  setSeen(pupil, row, row);
}

// What another tab has put on the device.
function showHeard(pupils) {
  for (const pupil of pupils) showStored(pupil);
  if (pupils.length) count();
}

// The mark of a child as the device has it, or the page where that is newer; not where something was chosen just now.
function showStored(pupil) {
  const [last, inRow] = [draft.lastOf(pupil), part("seen", pupil)];
  if (draft.taps.has(pupil)) return;
  if (refusedHere().includes(pupil)) notSaved(pupil, draft.now.refused[pupil]);
  else if (last !== draft.now.done[pupil]) showChosen(pupil, last);
  else if (last?.base >= seen(pupil)) showSaved(pupil, last);
  else if (inRow && !inRow.closest("[data-amend]")) check(pupil, inRow.value.split("|")[1]);
}

function notSaved(pupil, row) {
  if (row.outcome !== "clash" && !row.here) showChosen(pupil, row); // what another entered stands until it is chosen otherwise
  if (hereButton(pupil)) hereButton(pupil).ariaDisabled = "false";
  if (document.getElementById(`words-${pupil}`)) say(pupil, `Not saved. ${row.why} It is kept here: ${row.here ? "press" : "choose"} it again, or tell the office.`, true);
}

// What is said in a row from the first key or choice on is spoken; what it said when the page came is read where it is.
function tellRows() {
  for (const cell of form.querySelectorAll("[id^=words-]")) cell.ariaLive = "polite";
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
  const blank = blanks().length;
  const total = form.querySelectorAll("tbody tr").length;
  const held = form.querySelectorAll("[data-away]").length;
  const everyone = form.querySelector("[data-everyone]");
  countActs();
  set("left", blank);
  set("marked", total - blank - held);
  set("away", held);
  if (!everyone) return;
  const byHand = blanks().filter((group) => group.closest("[data-check]")).length;
  set("fillable", blank - byHand);
  everyone.value = `everyone-${blank - byHand}`;
  everyone.hidden = blank === byHand;
}

// The choices of each child for whom none is chosen.
function blanks() {
  return [...form.querySelectorAll(".row-mark > .entry")].filter((group) => !group.querySelector("input:checked"));
}

function set(name, value) {
  form.querySelector(`[data-count="${name}"]`)?.replaceChildren(value);
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
