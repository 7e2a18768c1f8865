// Sending what was chosen in a register, what its buttons do then, and what the line of its state says of it.

function soon(pause) {
  clearTimeout(timer);
  timer = setTimeout(send, pause);
}

async function send() {
  if (isBusy || !(draft.isToSend || afterwards || isAnothers)) return;
  isBusy = true;
  let answer;
  try {
    if (afterwards) await draft.readAgain(); // another tab's marks first
    answer = draft.isToSend ? await draft.send() : await draft.reach(keyUrl);
    if (!draft.mine && answer.result === "saved") await draft.keepWith(await store.unlock({ person, keyUrl, today: about.day }));
    answered(answer);
  } finally {
    isBusy = false;
  }
  if (draft.isToSend || isAnothers) return soon(delay);
  if (finishing === "answered") return showFinished();
  if (answer.result !== "saved" && answer.result !== "nothing") return;
  if (afterwards) pressAfterwards();
  else if ("draft" in form.dataset && !isCut && !form.querySelector(".row-wrong")) location.reload(); // it is open now
}

function pressAfterwards() {
  [asked, afterwards] = [afterwards, null];
  form.requestSubmit(asked);
}

// What waits, and what a button did not do.
function words() {
  if (!draft.isToSend) return unfinished || "nothing waits to be sent";
  return unfinished ? `${draft.inWords}. ${unfinished}` : draft.inWords;
}

function answered({ result, status, body, batch }) {
  isCut = result === "no answer" || result === "not saved";
  if (!isCut && result !== "signed out") setAnothers(result === "someone else");
  if (isLastWord(result, batch)) finishing = "answered";
  if (result === "saved") return settled(body, batch);
  if (result === "nothing") return draft.isToSend || saved(now());
  if (result === "refused") return refused(batch);
  if (result === "refused together" || result === "key used before") return state("saving", "Saving");
  const button = afterwards;
  afterwards = null;
  if (button && (result === "not yours" || isAnothers || !isPressedHere(button))) unfinished = notYet(button);
  delay = Math.min(delay * 2, SLOWEST);
  const keep = draft.mine ? "nothing is lost" : "and keep this page open";
  if (result === "signed out" && "byPass" in form.dataset) return state("signed-out", `Your cover pass has ended: ${words()}. ${store.forANewPass(draft)}`);
  if (result === "signed out") return state("signed-out", `Signed out: ${words()}. `, `Sign in here, ${keep}`);
  if (isAnothers) return notKept(body.message);
  if (result === "not yours") return state("wrong", `This register is no longer yours to take: ${draft.isToSend ? draft.whatWaits : "it is not finished"}`);
  state("offline", `${status ? "The server did not save" : "No connection"}: ${words()}`);
}

async function fromAnotherTab({ owner, body, batch }) {
  if (owner !== draft.mine?.owner) return;
  await draft.readAgain();
  settled(body, batch);
  if (batch.finish) finishing = "answered";
  if (finishing === "answered" && !draft.isToSend) showFinished();
}

// What is on this page is one person's: nothing is chosen in it by another.
function setAnothers(isSo) {
  isAnothers = isSo;
  for (const one of form.querySelectorAll("table, .register-foot")) one.inert = isSo;
}

function notKept(message = "Someone else is signed in on this device now.") {
  state("wrong", `${message} ${words()}. Nothing more is kept on this page: load it again to go on in your own name`);
}

function saved(at) {
  const refused = refusedHere().length;
  if (draft.now.unfinished) state("wrong", `Not finished: ${draft.now.unfinished}. Press Finish again once that is mended`);
  else if (refused) state("wrong", `${refused} not saved: see the ${refused === 1 ? "row" : "rows"}`);
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
    setSeen(row.pupil, row, row.outcome === "clash" ? {} : sent.get(row.pupil));
    refusals += row.outcome === "refused";
    if (row.outcome === "clash" || row.outcome === "refused") notTaken(row);
    else if (sent.get(row.pupil)?.here && hereButton(row.pupil)) showHere(row.pupil, { ...sent.get(row.pupil), why: row.why });
    else if (row.why) say(row.pupil, row.why, true);
  }
  count();
  if (clashes) state("clash", `${clashes} ${clashes === 1 ? "mark" : "marks"} changed by ${whose.size === 1 ? [...whose][0] : "others"} while you worked`);
  else if (refusals) state("wrong", `${refusals} not saved: see the row`);
  else if (!draft.isToSend) saved(new Date(body.saved_at));
  if (clashes || refusals) afterwards = null;
}

// A mark that the server refused, or that the register can be finished.
function refused({ rows: [{ pupil } = {}] }) {
  if (draft.now.refused[pupil]) notSaved(pupil, draft.now.refused[pupil]);
  afterwards = null;
  if (!draft.isToSend) saved(now());
}
