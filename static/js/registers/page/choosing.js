// What a person chooses in a register's row, as it is sent.

function choose(field) {
  const [name, pupil] = field.name.split("-");
  if (!pupil || field.closest("[data-amend]")) return;
  const choice = form.querySelector(`input[name="mark-${pupil}"]:checked`);
  if (!choice) return name === "note" && say(pupil, "Choose a mark: the note is kept with it.");
  const row = chosenIn(pupil, choice);
  if (name === "mark" && choice.value === "more" && !row.code) return part("more", pupil).focus();
  count();
  if (row.code) put(pupil, row);
}

// What a row says, as it is sent; without a code where something is missing.
function chosenIn(pupil, choice) {
  const row = { base: seen(pupil), code: choice.value, made_at: now().toISOString() };
  const note = part("note", pupil)?.value.trim();
  if (note !== undefined && note !== part("seen", pupil).value.split("|").slice(3).join("|")) row.comment = note;
  if (choice.value === "late") Object.assign(row, isLesson ? lateToLesson(pupil) : late(pupil));
  if (choice.value === "ES") Object.assign(row, elsewhere(pupil));
  if (choice.value === "more") Object.assign(row, { code: part("more", pupil).value, nature: part("nature", pupil).value });
  if (row.code && choice.value !== "late") say(pupil, "");
  return row;
}

async function put(pupil, row) {
  if (isAnothers) return notChosen([pupil]);
  await kept(draft.choose(pupil, row, said(pupil, row)));
}

function notChosen(pupils) {
  for (const pupil of pupils) showStored(pupil);
  count();
  notKept();
}

// Several rows at once. Where the device has something else by now, from another tab, that is shown again.
async function putAll(rows, keep) {
  if (isAnothers) return notChosen(rows.map(([pupil]) => pupil));
  const left = await kept(keep(rows.map(([pupil, row]) => ({ pupil, row, said: said(pupil, row) }))));
  for (const pupil of left) showStored(pupil);
  count();
}

// Says that something is under way, and once the device keeps it what waits.
async function kept(keeping) {
  unfinished = "";
  state("saving", "Saving");
  soon(PAUSE);
  const left = await keeping;
  countActs();
  if (isCut) state("offline", `No connection: ${words()}`);
  else if (!draft.isToSend && !isBusy) saved(now());
  return left;
}

// A mark taken back while the register is open: the child is unmarked again.
function clear(event) {
  event.preventDefault();
  const pupil = event.target.closest("[data-clear]").dataset.clear;
  put(...takenBack(pupil));
}

function takenBack(pupil) {
  for (const radio of form.querySelectorAll(`input[name="mark-${pupil}"]`)) radio.checked = false;
  say(pupil, "");
  count();
  return [pupil, { base: seen(pupil), code: "", made_at: now().toISOString() }];
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

// The child's name and the mark in words, kept with it for whoever cannot open this page any more.
function said(pupil, { code, arrived_at: arrived, minutes_late: minutes, comment, here }) {
  const name = rowOf(pupil)?.querySelector("[data-name]").textContent.trim() ?? "";
  if (here) return { name, words: "They are here" };
  const radio = form.querySelector(`input[name="mark-${pupil}"]:checked`);
  const chosen = radio?.value === "more" ? part("more", pupil).selectedOptions[0].text.split(":")[0] : radio?.closest("label").textContent.trim();
  const words = [code ? chosen : "no mark"];
  if (arrived) words.push(`arrived ${clockTime(new Date(arrived)).slice(0, 5)}`);
  if (minutes) words.push(`${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  if (comment) words.push(`“${comment}”`);
  return { name, words: words.join(", ") };
}
