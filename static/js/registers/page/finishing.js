// The buttons at the foot of a register: Finish is kept on the device like a mark, and done once every mark is taken.

function submit(event) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = store.token();
  if (isAnothers || event.submitter?.ariaDisabled === "true") return event.preventDefault();
  if (isDoneHere(event.submitter)) return event.preventDefault();
  const isThere = event.submitter === asked || !actOf(event.submitter) || !store.isPossible;
  asked = null;
  if (isThere && !draft.isToSend) return;
  event.preventDefault(); // what was chosen first, then what the button does
  afterwards ??= event.submitter; // of two hasty presses, the first
  state("saving", "Saving");
  soon(0);
}

// Does what a button says without loading the page anew, where that can be; true where it was.
function isDoneHere(button) {
  const isAway = isCut || !navigator.onLine;
  if (actOf(button) && (isAway || isOfThisDevice(button))) return isPressedHere(button);
  if (button?.value !== "finish" || finishing === "answered") return false;
  else if (!notFinishable() && draft.mine) finish();
  else if (notFinishable() && isAway) leaveUnfinished();
  else return false; // the server says what is missing, beside the rows
  return true;
}

function leaveUnfinished() {
  unfinished = `Not finished: ${notFinishable()}`;
  state("offline", `No connection: ${words()}`);
}

async function finish() {
  finishing = "pressed";
  unfinished = "";
  await draft.finish(now().toISOString());
  if (isCut) state("offline", `No connection: ${draft.inWords}`);
  else state("saving", "Saving");
  soon(0);
}

// Why a register cannot be finished as this page shows it; the server has the last word.
function notFinishable() {
  const blank = blanks().length;
  const refused = refusedHere().length;
  if (blank) return `${blank} ${blank === 1 ? "child has" : "children have"} no mark yet. Mark ${blank === 1 ? "the child" : "them"}, then press Finish again`;
  return refused ? `${refused} ${refused === 1 ? "mark is" : "marks are"} not saved: see the ${refused === 1 ? "row" : "rows"}` : "";
}

function finishButton() {
  return form.querySelector('[name="do"][value="finish"]');
}

// Whether this answer is the last word on a Finish: that it was done, or that one pressed just now was not.
function isLastWord(result, batch) {
  return batch?.finish && (result === "saved" || (result === "refused" && finishing === "pressed"));
}

// The server's own page says it best: of a finish that it has done by now, or names the children who have no mark.
function showFinished() {
  const button = finishButton();
  if (button) form.requestSubmit(button);
  else location.reload();
}

// What a button would have done is said too, where it is not kept.
function notYet(button) {
  if (button.value === "finish") return "The register is not finished: press Finish again once they are sent";
  return button.value === "save" ? "" : `Not done: ${button.textContent.trim().replace(/\s+/g, " ")}`;
}

function notDone() {
  history.replaceState(null, "", location.href); // so that to load the page again does not press it again
  if (location.pathname === form.dataset.openUrl) return; // what was pressed was to open it
  state("offline", "No answer from the server: what you pressed may not have been done. Press it again once you are connected");
}
