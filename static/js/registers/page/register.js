// Takes a register: each change is kept on the device (the store's scripts) and goes to the server by itself, in small
// batches, until it is acknowledged. Without a script the page is a plain form and does the same on Save. What is
// chosen, sent and shown is in the files beside this one.

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
const rowOf = (pupil) => document.getElementById(`pupil-${pupil}`);
const hereButton = (pupil) => rowOf(pupil)?.querySelector('[name="do"][value^="here-"]');
const seen = (pupil) => Number(part("seen", pupil)?.value.split("|")[0] ?? hereButton(pupil)?.value.split("-")[2] ?? 0);

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
let isAnothers = false; // whether somebody else is signed in by now, as far as is known
let afterwards = null; // the button to press once everything is saved and the server is there
let asked = null; // the button for which that was found out
let unfinished = ""; // why a Finish pressed without the server is not kept, until something is marked
let finishing = ""; // "pressed" here and not answered yet, then "answered"

form.classList.add("scripted");
form.elements.key.value = store.newKey(); // a page that was kept would repeat its own
form.addEventListener("change", (event) => choose(event.target));
form.addEventListener("click", (event) => event.target.closest("[data-clear]") && clear(event));
form.addEventListener("submit", submit);
for (const used of ["keydown", "change"]) form.addEventListener(used, tellRows, { once: true, capture: true });
window.addEventListener("online", () => soon(0));
window.addEventListener("focus", () => (draft.isToSend || isAnothers) && soon(0));
window.addEventListener("beforeunload", (event) => draft.isToSend && !draft.isSafe && event.preventDefault());
store.channel?.addEventListener("message", ({ data }) => data.name === draft.name && fromAnotherTab(data));
setInterval(tick, 10000);
window.addEventListener("error", ({ filename }) => filename.startsWith(location.origin) && hasFailed());
window.addEventListener("unhandledrejection", hasFailed);
const known = begin(); // what the device keeps

async function begin() {
  if (isKept) state("offline", "No connection: this is the register as it was when it was last loaded");
  if ("pressed" in document.documentElement.dataset) notDone();
  const today = isKept ? store.dayOf(now()) : form.dataset.now.slice(0, 10);
  const mine = await store.unlock({ person, keyUrl, today });
  await draft.keepWith(mine);
  draft.heard = showHeard;
  if (mine && form.dataset.first) await proposeFromDevice(mine).catch(() => null);
  showKept();
  if (mine && draft.now.unfinished && !finishButton()) await draft.change((value) => (value.unfinished = "")); // by now it is
  isBusy = false;
  if (draft.isToSend || afterwards) soon(0);
  if (mine && !isKept) keepThisPage(mine);
}

// Never in silence: what was pressed may not have been done.
function hasFailed() {
  state("wrong", "Something failed on this page: load it again, and look whether your last press was done");
}

function keepThisPage(mine) {
  store.serve(workerUrl);
  if (location.search || document.querySelector(".error-summary")) return;
  const how = { day: about.day, ahead };
  for (const url of new Set([location.pathname, about.pageUrl])) store.keepPage(mine, url, page, how).catch(() => null);
}
