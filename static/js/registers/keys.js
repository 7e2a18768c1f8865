// The register by the keyboard, by name and by picture. Keys live only while the focus is in a child's row, and can be
// switched off (WCAG 2.1.4). Sending marks is the page's own script's; this script only chooses, and presses the page's buttons.

const form = document.getElementById("register");
if (!form) return;
const grid = form.querySelector("tbody");
const find = form.querySelector("[data-find]");
const dialog = document.getElementById("keys");
const keysOn = dialog.querySelector("[data-keys]");
const photos = form.querySelector("[data-photos]");
const announcement = document.getElementById("announcement");
const rows = () => [...grid.rows].filter((row) => !row.hidden);
const nameOf = (row) => row.querySelector("[data-name]").textContent;
const radios = (row) => [...row.querySelectorAll(".row-mark > .entry input[type=radio]")];
const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
let minutes = null; // the field for minutes late, in one row at a time
let last = null; // the row to go back to from finding a name

remember(keysOn, "register-keys");
remember(photos, "register-photos");
form.addEventListener("keydown", press);
form.addEventListener("submit", leave);
grid.addEventListener("change", ({ target }) => target.name.startsWith("note-") && showNote(target));
grid.addEventListener("click", ({ target }) => target.closest("[data-clear]") && close(target.closest("tr")));
grid.addEventListener("focusin", (event) => (last = event.target.closest("tr")));
find.addEventListener("focus", () => find.select());
find.addEventListener("input", narrow);
const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
document.querySelector(".error-summary")?.addEventListener("click", toTheMark);
resume();

// A box that stays as it was last set on this device.
function remember(box, name) {
  if (!box) return;
  box.checked = (kept(() => localStorage.getItem(name)) ?? String(box.checked)) === "true";
  box.addEventListener("change", () => kept(() => localStorage.setItem(name, box.checked)));
}

// What a browser that is told to keep nothing refuses is done without.
function kept(what) {
  try {
    return what();
  } catch {
    return null;
  }
}

function press(event) {
  if (event.isComposing || event.altKey || event.repeat && !event.key.startsWith("Arrow")) return;
  if (event.target === find) return finding(event);
  const row = event.target.closest("tbody tr");
  if (!row) return;
  const isField = event.target.matches("select, textarea, input:not([type=radio])");
  const done = isField ? inField(event, row) : keysOn.checked && inRow(event, row);
  if (done) event.preventDefault();
}

// Enter in a field keeps what was typed and goes on; it never presses a button. True where the key was used.
function inField(event, row) {
  const field = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return keysOn.checked && finish();
  if (event.key === "Escape") return close(row);
  if (event.key !== "Enter" || field.matches("select")) return false;
  if (row.querySelector("[data-amend]")?.contains(field)) return false;
  if (field === minutes) applyMinutes();
  else field.dispatchEvent(new Event("change", { bubbles: true }));
  const isAsked = field.name.startsWith("minutes-") || field.name.startsWith("place-");
  if (field.closest(".row-menu")) return close(row);
  if (row.classList.contains("row-wrong")) field.select();
  else if (!isAsked || field.value.trim()) next(row);
  return true;
}

// Shuts what is open at the end of a row, and goes back to its mark.
function close(row) {
  row.querySelector(".row-menu")?.removeAttribute("open");
  return to(row);
}

function showNote(field) {
  field.closest(".row-menu")?.querySelector("[data-note]").replaceChildren(field.value.trim());
}

function inRow(event, row) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey) return key === "Enter" && finish();
  const isMark = target.matches("input[type=radio]");
  if (key === " " && event.shiftKey) return everyone();
  if (key === "ArrowDown") return next(row);
  if (key === "ArrowUp") return next(row, -1);
  if (key === ".") return seek();
  if (key === "?") return list();
  if (key === "Backspace") return clear(row);
  if ((key === " " && isMark) || key === "/") return mark(row, form.dataset.present, "present") && next(row);
  if (key === "n" || key === "N") return mark(row, "N", "absent") && next(row);
  if (key === "l" || key === "L") return mark(row, "late", "late") && late(row);
  return false;
}

// The place in a row to which the arrows bring one: its mark, else what can be pressed there.
function placeIn(row) {
  const marks = radios(row);
  return marks.find((radio) => radio.checked) ?? marks[0] ?? row.querySelector(".row-mark :is(summary, button)") ?? row.querySelector("summary");
}

function to(row) {
  placeIn(row)?.focus();
  return true;
}

function next(row, step = 1) {
  const all = rows().filter(placeIn);
  const after = all[all.indexOf(row) + step];
  return after ? to(after) : true;
}

function mark(row, value, words) {
  const radio = radios(row).find((one) => one.value === value);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  announce(`${nameOf(row)}: ${words}`);
  return true;
}

function clear(row) {
  const button = row.querySelector("[data-clear]");
  if (!button || !radios(row).some((radio) => radio.checked)) return false;
  button.click();
  announce(`${nameOf(row)}: no mark`);
  return to(row);
}

// A lesson has its own field for the minutes; a statutory register gets one beside the time of arrival.
function late(row) {
  const own = row.querySelector(".when-late input:not([type=time])");
  if (own && own !== minutes) own.focus();
  else if (row.querySelector(".when-late")) askMinutes(row);
  return true;
}

function askMinutes(row) {
  minutes?.parentElement.remove();
  const label = document.createElement("label");
  minutes = Object.assign(document.createElement("input"), { inputMode: "numeric", maxLength: 3, size: 3 });
  minutes.addEventListener("change", applyMinutes);
  label.className = "minutes-late";
  const whose = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${nameOf(row)}` });
  label.append("or minutes late ", minutes, whose);
  row.querySelector(".when-late").after(label);
  minutes.focus();
}

function applyMinutes() {
  const number = minutes.value.trim();
  if (!/^\d+$/.test(number)) return;
  const time = minutes.closest("tr").querySelector(".when-late input");
  const arrived = new Date(Date.parse(form.dataset.startsAt) + Number(number) * 60000);
  const words = arrived.toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" });
  if (time.value === words) return;
  time.value = words;
  time.dispatchEvent(new Event("change", { bubbles: true }));
}

function everyone() {
  const button = form.querySelector("[data-everyone]");
  if (button && !button.hidden) button.click();
  return true;
}

function finish() {
  form.querySelector('[name="do"][value="finish"]')?.click();
  return true;
}

function list() {
  dialog.showPopover();
  return true;
}

function seek() {
  find.value = "";
  find.focus();
  return true;
}

function finding(event) {
  if (event.key === "Escape" && !find.value && last) to(last);
  if (event.key === "Escape") showAll();
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  const first = find.value.trim() ? rows().find(placeIn) : last;
  if (!first) return;
  showAll();
  to(first);
  first.scrollIntoView({ block: "center" });
}

function showAll() {
  find.value = "";
  narrow();
}

// Shows the children of whose name some word begins as what is typed, or else those who have it anywhere in it.
function narrow() {
  const asked = plain(find.value.trim());
  const all = [...grid.rows];
  const begins = (row) => plain(nameOf(row)).split(/[\s,'-]+/).some((word) => word.startsWith(asked));
  const matches = (row) => plain(nameOf(row)).includes(asked);
  const found = all.some(begins) ? all.filter(begins) : all.filter(matches);
  for (const row of all) row.hidden = !found.includes(row);
  const words = !asked ? "" : found.length ? `${found.length} of ${all.length} shown` : "Nobody of that name";
  form.querySelector("[data-found]").textContent = words;
  announce(words && (found.length === 1 ? nameOf(found[0]) : words));
}

// A button of the page loads it again: who was in a row comes back to it, and is told what was done.
function leave(event) {
  const row = document.activeElement.closest?.("tbody tr");
  const isFrom = row && grid.contains(row);
  if (isFrom && !event.defaultPrevented) kept(() => sessionStorage.setItem("register-row", `${location.pathname} ${row.id}`));
}

function resume() {
  const [path, id] = (kept(() => sessionStorage.getItem("register-row")) ?? "").split(" ");
  kept(() => sessionStorage.removeItem("register-row"));
  const row = path === location.pathname && document.getElementById(id);
  const wrong = document.querySelector(".error-summary");
  if (wrong) return wrong.focus();
  if (row) to(row);
  const said = document.querySelector("main > .notice")?.textContent.trim();
  if (said) setTimeout(() => announce(said), 500); // after the name of the place the focus came to
}

// A problem's link brings to the mark that is wanted: the child's, or the first that is missing. Left in the address it
// would take the focus from the row each time the page comes again.
function toTheMark(event) {
  const { hash } = event.target;
  if (!hash) return;
  const isWanted = (row) => radios(row).length && !radios(row).some((radio) => radio.checked);
  const row = grid.querySelector(hash) ?? rows().find(isWanted);
  if (!row) return;
  event.preventDefault();
  to(row);
}

function announce(words) {
  announcement.textContent = words;
}
