// What the buttons of a register do where the server cannot be asked: marks of this moment, kept and sent as any are.
// Each says what the server's own act would have: sent again after that, it changes nothing.

const ACTS = { everyone: everyoneElse, undo: undoEveryoneElse, carry: carryOver, here: theyAreHere };
const actOf = (button) => ACTS[button?.value.split("-")[0]];

// True where that is all that the button does. To fill and to undo wait until it is known what the device keeps.
function isPressedHere(button) {
  if (!actOf(button)) return false;
  state("saving", "Saving");
  actOf(button)(button);
  return true;
}

// With a connection, too: what is kept at once as a mark is, and taking back what was filled here.
function isOfThisDevice(button) {
  return actOf(button) === theyAreHere ? store.isPossible : button.value === "undo" && filled().isHere;
}

// The blanks are marked present, in one breath.
async function everyoneElse() {
  await known;
  const groups = blanks().filter((group) => !group.closest("[data-check]"));
  fill(groups.map((group) => filledIn(group, present)), { isFilled: true });
}

// By comparing, since the code of the afternoon is a backslash, which a selector reads as an escape.
function radioOf(group, code) {
  return [...group.querySelectorAll("input")].find((radio) => radio.value === code);
}

function filledIn(group, code) {
  const radio = radioOf(group, code);
  const pupil = radio.name.split("-")[1];
  radio.checked = true;
  return [pupil, chosenIn(pupil, radio)];
}

function fill(rows, how) {
  putAll(rows.filter(([, { code }]) => code), (all) => draft.fill(all, how));
}

// What that marked, on this device or by the server, and nobody marked otherwise since. What never left the device is
// as if it had not been chosen.
async function undoEveryoneElse() {
  await known;
  await draft.readAgain(); // what was pressed a moment ago is kept first
  const { isHere, pupils } = filled();
  putAll(pupils.map(takenBack), (all) => draft.undo(all, { isHere }));
}

function filled() {
  const here = Object.entries(draft.now.filled).filter(([pupil, { at }]) => isFilledHere(pupil, at));
  const isLast = here.some(([, { at }]) => Date.parse(at) > (Date.parse(form.dataset.filledAt) || 0));
  if (isLast) return { isHere: true, pupils: here.map(([pupil]) => pupil) };
  const rows = [...form.querySelectorAll("[data-filled]")].map((row) => [row.id.split("-")[1], Number(row.dataset.filled)]);
  return { isHere: false, pupils: rows.filter(([pupil, base]) => seen(pupil) === base && !isToBeSent(pupil)).map(([pupil]) => pupil) };
}

function isFilledHere(pupil, madeAt) {
  const last = draft.lastOf(pupil);
  return last?.made_at === madeAt && (isToBeSent(pupil) || last.base === seen(pupil));
}

function isToBeSent(pupil) {
  return draft.lastOf(pupil) !== draft.now.done[pupil];
}

// What the first lesson of a double said of those who are blank.
async function carryOver() {
  await known;
  const rows = carried().map((group) => {
    const row = group.closest("tr");
    const [code, until, ...place] = row.dataset.carry.split("|");
    const pupil = row.id.split("-")[1];
    part("until", pupil).value = until;
    part("place", pupil).value = place.join("|");
    return filledIn(group, code);
  });
  fill(rows);
}

// What this device has of the first lesson, where the page came before that was marked.
async function proposeFromDevice(mine) {
  const first = new store.Draft(form.dataset.first, {}, person);
  first.now = { ...first.now, ...(await store.read(mine, "draft", first.name))?.value };
  for (const group of blanks()) {
    const row = group.closest("tr");
    const pupil = row.id.split("-")[1];
    const last = first.lastOf(pupil);
    if (!last || (last === first.now.done[pupil] && !isNews(last))) continue;
    if (row.dataset.carry) say(pupil, "");
    row.dataset.carry = proposed(last);
    const radio = row.dataset.carry && radioOf(group, row.dataset.carry.split("|")[0]);
    if (radio) say(pupil, `From the first lesson: ${radio.closest("label").textContent.trim()}`);
    else delete row.dataset.carry;
  }
}

// Whether a mark was acknowledged once the page had been made: a page made later brings it, or what was entered since.
// The server says in which second; within that one it is the moment of choosing that says it.
function isNews({ saved_at: savedAt, made_at: madeAt }) {
  return Math.max(Date.parse(savedAt), Date.parse(madeAt)) > Date.parse(form.dataset.now);
}

// Who came late to the first is there for the second; who was due back from elsewhere by now is looked for.
function proposed({ code, place = "", until_at: until }) {
  if (code === "L") return `${present}||`;
  if (code !== "ES") return code && `${code}||`;
  return Date.parse(until) > Date.parse(startsAt) ? `ES|${clockTime(new Date(until)).slice(0, 5)}|${place}` : "";
}

function carried() {
  return blanks().filter((group) => group.closest("[data-carry]"));
}

// A child who was not expected. The office is told when the server is.
function theyAreHere(button) {
  const [, pupil, base] = button.value.split("-");
  const row = { base: Number(base), code: present, here: true, made_at: now().toISOString() };
  put(pupil, row);
  showHere(pupil, row);
}

function showHere(pupil, { made_at: madeAt, why }) {
  const where = draft.mine ? "on this device" : "on this page";
  hereButton(pupil).ariaDisabled = "true";
  rowOf(pupil).removeAttribute("data-away");
  say(pupil, why || `Here at ${clockTime(new Date(madeAt)).slice(0, 5)}, kept ${where}: the office is told when it is sent.`);
  count();
}

// What the buttons would do now.
function countActs() {
  const undo = form.querySelector('[name="do"][value="undo"]');
  const carry = form.querySelector('[name="do"][value^="carry-"]');
  if (undo) undo.hidden = !filled().pupils.length;
  if (!carry) return;
  const number = carried().length;
  set("carried", number);
  carry.value = `carry-${number}`;
  carry.hidden = !number;
}
