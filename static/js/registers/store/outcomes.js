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
      value.done[answer.pupil] = { ...row, base: answer.base, code: answer.code, comment: answer.comment, why: answer.why };
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

// A batch that never left the device is none: what is in it may be taken back.
function notSent(value, batch) {
  removed(value, batch);
  for (const { pupil, ...row } of batch.rows) value.waiting[pupil] ??= row;
  value.finish ??= batch.finish ?? null;
}

function underWay({ batches }, pupil) {
  return batches.flatMap((batch) => batch.rows).findLast((row) => row.pupil === Number(pupil));
}

// Whether all there is of a child is that "everyone else is present" filled the blank, here, and nobody was told.
function isUnsentFilling(value, pupil) {
  const { waiting, filled } = value;
  return Boolean(filled[pupil]?.wasBlank && filled[pupil].at === waiting[pupil]?.made_at);
}

function removed(value, batch) {
  value.batches = value.batches.filter((one) => one.key !== batch.key);
}
