// What an answer of the server means, and what becomes of a register's draft after it.

const AT_ONCE = 60000; // milliseconds: a mark refused sooner after its press is told to whoever still looks at it

// One batch at a time: of marks, or once none waits that Finish was pressed.
function fillBatch(value) {
  const rows = Object.entries(value.waiting).map(([pupil, row]) => ({ pupil: Number(pupil), ...row }));
  if (value.batches.length) return;
  if (rows.length) value.batches.push({ key: newKey(), rows });
  else if (value.finish) {
    value.batches.push({ key: newKey(), rows: [], finish: value.finish });
    value.finish = null;
  }
  for (const { pupil } of rows) delete value.waiting[pupil];
}

function resultOf(reply, body, batch) {
  if (!reply) return "no answer";
  if (reply.ok && isAnswerTo(batch, body)) return "saved";
  if (reply.status === 401) return "signed out";
  if (body?.error === "not found" || body?.error === "not allowed") return "not yours"; // a network's own page says neither
  if (body?.error === "someone else" || body?.error === "key used before") return body.error;
  if (body?.error && (reply.status === 400 || reply.status === 422)) return batch.rows.length > 1 ? "refused together" : "refused";
  return "not saved";
}

function isAnswerTo(batch, body) {
  if (batch.finish) return Boolean(body?.finished_at);
  return batch.rows.every((row) => body?.rows?.some?.((one) => one.pupil === row.pupil));
}

// What becomes of a draft after each answer but those that leave it as it is.
const AFTER = {
  saved(value, batch, body) {
    removed(value, batch);
    const later = [...Object.entries(value.waiting), ...value.batches.flatMap((one) => one.rows.map((row) => [row.pupil, row]))];
    for (const { row, answer } of taken(batch, body)) {
      value.done[answer.pupil] = { ...row, base: answer.base, code: answer.code, comment: answer.comment, why: answer.why, saved_at: body.saved_at };
      for (const [pupil, next] of later) if (Number(pupil) === answer.pupil && next.base === row.base) next.base = answer.base;
    }
    const not = notTaken(batch, body);
    for (const { row, answer } of not) if (Date.parse(body.saved_at) - Date.parse(row.made_at) > AT_ONCE) putBack(value, row, answer);
    if (not.length) leaveUnfinished(value, `${not.length} ${not.length === 1 ? "mark was" : "marks were"} not saved`);
  },
  refused(value, batch, body) {
    removed(value, batch);
    const details = Array.isArray(body.detail) ? body.detail : [];
    if (batch.finish) {
      value.unfinished = details.join(" ").replace(/\.$/, "") || body.message;
      return;
    }
    const [row] = batch.rows;
    putBack(value, row, { base: row.base, why: [body.message, ...details].join(" ") });
    leaveUnfinished(value, "1 mark was not saved");
  },
  "not yours"(value, batch) {
    if (batch.finish) removed(value, batch); // there is nothing to show and discard; marks wait for that
  },
  "refused together": sentAnew((rows) => rows.map((row) => [row])), // so that one wrong row holds up no other
  "key used before": sentAnew((rows) => [rows]),
};

// The rows that the server took, each with its answer.
function taken(batch, body) {
  return answered(batch, body).filter(({ answer }) => answer.outcome === "saved" || answer.outcome === "same");
}

function notTaken(batch, body) {
  return answered(batch, body).filter(({ answer }) => answer.outcome === "clash" || answer.outcome === "refused");
}

function answered({ rows }, body) {
  const answers = new Map(body.rows.map((answer) => [answer.pupil, answer]));
  return rows.map((row) => ({ row, answer: answers.get(row.pupil) }));
}

// A mark that was not taken is kept, with why, until it is chosen again or discarded.
function putBack(value, { pupil, ...row }, { base, why, outcome }) {
  if (!value.waiting[pupil]) value.refused[pupil] = { ...row, base, why, outcome };
}

// Finish was pressed on the strength of marks that do not stand.
function leaveUnfinished(value, why) {
  if (!value.finish) return;
  value.finish = null;
  value.unfinished = why;
}

function sentAnew(shared) {
  return (value, batch) => {
    removed(value, batch);
    value.batches.unshift(...shared(batch.rows).map((rows) => ({ ...batch, key: newKey(), rows })));
  };
}

function underWay({ batches }, pupil) {
  return batches.flatMap((batch) => batch.rows).findLast((row) => row.pupil === Number(pupil));
}

function isOnItsWay(value, pupil) {
  return Boolean(value.waiting[pupil] ?? underWay(value, pupil));
}

function lastIn(value, pupil) {
  return value.waiting[pupil] ?? underWay(value, pupil) ?? value.done[pupil];
}

// The children of whom a tab does not know what is there by now.
function changed(known, value) {
  const said = (one) => one && `${one.made_at} ${one.code}`;
  const pupils = [known, value].flatMap(({ done, waiting, batches }) => [...Object.keys(done), ...Object.keys(waiting), ...batches.flatMap(({ rows }) => rows.map((row) => `${row.pupil}`))]);
  return [...new Set(pupils)].filter((pupil) => said(lastIn(known, pupil)) !== said(lastIn(value, pupil)));
}

// The same, but where the page from which a row comes brought something newer.
function newest(value, pupil, { base }) {
  const last = lastIn(value, pupil);
  return isOnItsWay(value, pupil) || last?.base >= base ? last : undefined;
}

// Whether what "everyone else is present" last marked here is the last that is known of a child.
function isFilling(value, pupil) {
  const last = lastIn(value, pupil);
  return Boolean(last && value.filled[pupil]?.at === last.made_at);
}

// Whether all there is of a child is that "everyone else is present" filled the blank, here, and nobody was told.
function isUnsentFilling(value, pupil) {
  return Boolean(value.filled[pupil]?.wasBlank && value.waiting[pupil] && isFilling(value, pupil));
}

function keepChosen(value, { pupil, row, said }) {
  if (!row.code && isUnsentFilling(value, pupil)) delete value.waiting[pupil];
  else value.waiting[pupil] = row;
  value.said[pupil] = said;
  if (!row.code) leaveUnfinished(value, "a mark was taken back after Finish was pressed");
  delete value.refused[pupil];
}

function removed(value, batch) {
  value.batches = value.batches.filter((one) => one.key !== batch.key);
}
