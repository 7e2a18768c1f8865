// The lines that say what waits on this device, and what cannot be sent: shown with names, for the office to be told,
// and let go of only by a press, of which the office hears.

function count(number, words) {
  return `${number} ${number === 1 ? "mark" : "marks"} ${words}`;
}

// The marks of a register that wait, and those that were refused, each with its child.
function waitingOf({ now: { waiting, batches } }) {
  const kept = Object.entries(waiting).map(([pupil, row]) => ({ ...row, pupil: Number(pupil) }));
  return [...batches.flatMap((batch) => batch.rows), ...kept];
}

function refusedOf({ now: { refused } }) {
  return Object.entries(refused).map(([pupil, row]) => ({ ...row, pupil: Number(pupil) }));
}

// Says something of a register, or of the page. What is said already stays as it is, opened or not.
function tell(draft, words, { rows = [], isOutOfReach = false } = {}) {
  const name = draft ? draft.name : "";
  const as = JSON.stringify([words, rows]);
  if (told.get(name)?.as === as) return;
  const line = document.createElement("p");
  if (draft && isOutOfReach) line.append(`${draft.about.title}: `);
  else if (draft) line.append(Object.assign(document.createElement("a"), { href: draft.about.pageUrl, textContent: draft.about.title }), ": ");
  line.append(`${words}.`);
  told.set(name, { as, lines: rows.length ? [line, shown(draft, rows, isOutOfReach)] : [line] });
  place.hidden = false;
  place.replaceChildren(...[...told.values()].flatMap(({ lines }) => lines));
}

function shown(draft, rows, isOutOfReach) {
  const details = Object.assign(document.createElement("details"), { className: "disclosure" });
  const body = Object.assign(document.createElement("div"), { className: "disclosure-body" });
  const list = document.createElement("ul");
  const discard = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet" });
  const said = rows.map((row) => inWords(draft, row)).sort();
  list.append(...said.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  discard.textContent = rows.length === 1 ? "Discard this mark" : `Discard these ${rows.length} marks`;
  discard.addEventListener("click", () => letGo(draft, rows, { discard, isOutOfReach }));
  body.append(
    list,
    Object.assign(document.createElement("p"), { textContent: "If they are right, tell the office first. The office hears that they were discarded, and the log keeps them." }),
    discard,
  );
  details.append(Object.assign(document.createElement("summary"), { textContent: `Show what ${rows.length === 1 ? "it says" : "they say"}` }), body);
  return details;
}

function inWords(draft, { pupil, code, made_at: made, why }) {
  const { name, words } = draft.now.said[pupil] ?? { name: `Pupil number ${pupil}`, words: code || "no mark" };
  const at = new Date(made).toLocaleString("en-GB", { timeZone: "Europe/London", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  return `${name}: ${words}, chosen on ${at}.${why ? ` ${why}` : ""}`;
}

// Only once the office can hear of it: until then it is kept.
async function letGo(draft, rows, { discard, isOutOfReach }) {
  discard.disabled = true;
  const body = { register: draft.name, rows: rows.map(({ pupil, code, base, made_at: made }) => ({ pupil, code, base, made_at: made })) };
  body.key = await store.keyFor(mine, JSON.stringify(body)); // the same again where a reply was lost
  const reply = await store.post(`${draft.about.saveUrl.split("/api/")[0]}/api/discarded-marks/`, body, person);
  if (!reply?.ok) {
    discard.disabled = false;
    discard.textContent = "Not discarded: the office could not be told. Try again";
    return;
  }
  await draft.discard(rows, { isOutOfReach });
  tell(draft, `${count(rows.length, "discarded")}, and the office is told`, { isOutOfReach });
}
