// On the pages where people begin: sends what waits on this device, of every register, says what came of it, and keeps
// the day's registers so that they open without a connection.

const place = document.querySelector("[data-waiting]");
if (!place) return;
const AGAIN = 30000; // milliseconds
const FRESH = 600000; // a register kept ten minutes ago is not asked for again
const store = self.registerStore;
const { person, keyUrl, workerUrl, now } = place.dataset;
const isKept = "kept" in document.documentElement.dataset;
const page = document.documentElement.cloneNode(true); // as the server sent it
const ahead = Date.parse(now) - Date.now();
const told = new Map(); // by register: what is said of it, and the lines that say it
let mine = null;
let isBusy = false;

begin();

async function begin() {
  if (isKept) tell("", "No connection: this page is as it was when it was last loaded. The registers on it open from this device, and what you mark is kept here");
  mine = await store.unlock({ person, keyUrl, today: isKept ? "" : now.slice(0, 10) });
  if (!mine) return;
  await sendAll();
  window.addEventListener("online", sendAll);
  window.addEventListener("focus", sendAll);
  setInterval(sendAll, AGAIN);
  if (isKept) return;
  store.serve(workerUrl);
  if ("start" in place.dataset) await store.keepPage(mine, location.pathname, page, { day: now.slice(0, 10), ahead });
  for (const row of document.querySelectorAll("[data-keep]")) await keep(row.dataset.keep, row.dataset.keepAs).catch(() => null);
}

// One after another: nobody waits for them, and the server has the whole school's to give at this hour.
async function keep(url, openUrl) {
  const before = await store.read(mine, "page", openUrl);
  if (before && Date.now() - before.at < FRESH) return;
  const reply = await fetch(url);
  if (!reply.ok || reply.redirected) return;
  const register = new DOMParser().parseFromString(await reply.text(), "text/html");
  const form = register.getElementById("register");
  if (!form) return;
  const how = { day: form.dataset.day, ahead: Date.parse(form.dataset.now) - Date.now() };
  for (const at of new Set([form.dataset.takeUrl || openUrl, openUrl])) await store.keepPage(mine, at, register.documentElement, how);
}

async function sendAll() {
  if (isBusy) return;
  isBusy = true;
  try {
    for (const draft of await store.drafts(mine).catch(() => [])) {
      if (draft.isToSend) await sendOne(draft);
      else if (refusedOf(draft).length || draft.now.unfinished) tell(draft, outcome(draft, []), { rows: refusedOf(draft) });
    }
  } finally {
    isBusy = false;
  }
}

async function sendOne(draft) {
  const done = [];
  let saved = 0;
  let answer;
  do {
    answer = await draft.send();
    saved += answer.result === "saved" ? await settled(draft, answer) : 0;
    if (answer.result === "saved" && answer.batch.finish) done.push("The register is finished");
  } while (draft.isToSend && ["saved", "refused", "refused together", "key used before"].includes(answer.result));
  if (saved) done.unshift(count(saved, "sent"));
  const isOutOfReach = answer.result === "not yours";
  const rows = isOutOfReach ? [...waitingOf(draft), ...refusedOf(draft)] : refusedOf(draft);
  tell(draft, outcome(draft, done, answer), { rows, isOutOfReach });
}

// What the server did not take is kept, with why, for the register's page to show.
async function settled(draft, { body, batch }) {
  const not = body.rows.filter((row) => row.outcome === "clash" || row.outcome === "refused");
  await draft.change((value) => {
    for (const { pupil, base, why, outcome } of not) value.refused[pupil] = { ...batch.rows.find((one) => one.pupil === pupil), base, why, outcome };
  });
  return body.rows.length - not.length;
}

function outcome(draft, done, answer) {
  const { refused, unfinished } = draft.now;
  const lost = Object.keys(refused).length;
  const words = [...done];
  if (answer?.result === "not yours" && !draft.isToSend) words.push("This register is no longer yours to take: it is not finished");
  if (lost) words.push(`${count(lost, "not saved")}: open the register to see why`);
  if (unfinished) words.push(`The register is not finished: ${unfinished}`);
  if (draft.isToSend) words.push(why(answer, draft));
  return words.join(". ");
}

function why({ result, body }, draft) {
  const safe = draft.inWords;
  if (result === "no answer") return `No connection: ${safe}`;
  if (result === "signed out" && "byPass" in place.dataset) return `Your cover pass has ended: ${safe}. ${store.forANewPass(draft)}`;
  if (result === "signed out") return `Signed out: ${safe}. Log in again to send`;
  if (result === "not yours") return `This register is no longer yours to take: ${draft.whatWaits}. Tell the office what they say`;
  return result === "someone else" ? `${body.message} ${safe}` : `The server did not save: ${safe}`;
}
