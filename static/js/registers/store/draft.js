// What was chosen in one register and is on its way to the server: each change is kept before it is sent.

// What a cover person does whose pass has ended: they have no log-in.
function forANewPass(draft) {
  const until = draft.mine ? "nothing is lost, the marks are kept on this device until then" : "and keep this page open until then";
  return `Go to the office for a new pass, today: ${until}`;
}

const nothing = () => ({ waiting: {}, batches: [], done: {}, refused: {}, said: {}, filled: {}, finish: null, unfinished: "" });

// What was chosen in one register: by pupil what waits, is done, or was refused, and in what words; the batches that
// were sent and not answered, each of which is repeated under its own key until it is; when the blanks were filled that
// "everyone else is present" last filled on this device, and whether nothing was on its way for them; and the moment at which Finish was pressed, or why that was not
// done. `about` says where it is sent and to what.
class Draft {
  constructor(name, about, person) {
    Object.assign(this, { name, about, person, mine: null, now: nothing(), taps: new Map(), answers: new Map() });
  }

  // How many marks wait to be sent.
  get waits() {
    const rows = [...Object.keys(this.now.waiting), ...this.now.batches.flatMap((batch) => batch.rows.map((row) => row.pupil))];
    return new Set([...rows, ...this.taps.keys()].map(Number)).size;
  }

  get willFinish() {
    return Boolean(this.now.finish || this.now.batches.some((batch) => batch.finish));
  }

  get isToSend() {
    return this.waits > 0 || this.willFinish;
  }

  get isSafe() {
    return Boolean(this.mine) && !this.taps.size;
  }

  // What waits, and where, in words for the line of a register's state.
  get whatWaits() {
    const { waits, mine } = this;
    const marks = waits ? `${waits} ${waits === 1 ? "mark" : "marks"}` : "Finish";
    if (!mine) return `${marks} ${waits > 1 ? "wait" : "waits"} on this page`;
    return `${marks} ${waits > 1 ? "are" : "is"} safe on this device`;
  }

  // The same, with what is done once it is sent.
  get inWords() {
    if (!this.mine || !this.willFinish) return this.whatWaits;
    return `${this.whatWaits}, and the register will be finished when ${this.waits > 1 ? "they are" : "it is"} sent`;
  }

  // From here on it is kept on the device, together with what an earlier page or another tab kept there.
  async keepWith(mine) {
    if (!mine || this.mine) return;
    const { now } = this;
    this.mine = mine;
    await this.change((value) => {
      for (const part of ["waiting", "done", "refused", "said", "filled"]) Object.assign(value[part], now[part]);
      value.batches.push(...now.batches);
    });
  }

  async change(work) {
    const { mine } = this;
    if (!mine) return work(this.now);
    try {
      await navigator.locks.request(`write ${mine.owner} ${this.name}`, async () => {
        const value = { ...nothing(), ...(await read(mine, "draft", this.name))?.value };
        work(value);
        const waits = [value.waiting, value.refused, value.batches].some((one) => Object.keys(one).length) || Boolean(value.finish);
        await write(mine, "draft", this.name, { about: this.about, value }, { day: this.about.day, waits });
        this.now = value;
      });
    } catch {
      this.mine = null; // the device keeps nothing more: the page does
      work(this.now);
    }
  }

  // `said` is the child's name and the mark in words, for whoever can neither send it nor open its page any more.
  async choose(pupil, row, said, { isFilled = false } = {}) {
    this.taps.set(pupil, row);
    await this.change((value) => {
      const answer = this.answers.get(Number(pupil)); // it may have come between the press and here
      if (answer?.before === row.base) row.base = answer.base;
      const wasBlank = !value.waiting[pupil] && !underWay(value, pupil);
      if (isFilled) value.filled[pupil] = { at: row.made_at, wasBlank };
      if (!row.code && isUnsentFilling(value, pupil)) delete value.waiting[pupil];
      else value.waiting[pupil] = row;
      value.said[pupil] = said;
      if (!row.code) leaveUnfinished(value, "a mark was taken back after Finish was pressed");
      delete value.refused[pupil];
    });
    if (this.taps.get(pupil) === row) this.taps.delete(pupil);
  }

  // What "everyone else is present" fills from here on is the last such act.
  async fillAnew() {
    await this.change((value) => Object.assign(value, { filled: {} }));
  }

  // The mark of a child as this device last knows it: chosen and waiting, on its way, or acknowledged.
  lastOf(pupil) {
    const { waiting, batches, done } = this.now;
    return waiting[pupil] ?? underWay({ batches }, pupil) ?? done[pupil];
  }

  // Finish is kept as a mark is, and sent once every mark is taken.
  async finish(pressedAt) {
    await this.change((value) => Object.assign(value, { finish: pressedAt, unfinished: "" }));
  }

  // Lets go of these rows, refused or (where the register is out of reach) waiting; what came meanwhile stays.
  async discard(rows, { isOutOfReach }) {
    const isOneOf = (pupil, { made_at: made }) => rows.some((row) => Number(row.pupil) === Number(pupil) && row.made_at === made);
    await this.change((value) => {
      for (const part of isOutOfReach ? ["refused", "waiting"] : ["refused"]) {
        for (const [pupil, row] of Object.entries(value[part])) if (isOneOf(pupil, row)) delete value[part][pupil];
      }
      if (!isOutOfReach) return;
      for (const batch of value.batches) batch.rows = batch.rows.filter((row) => !isOneOf(row.pupil, row));
      value.batches = value.batches.filter((batch) => batch.rows.length);
      value.finish = null;
    });
  }

  // Asks whether the server is there and knows this person; answers as to a batch.
  async reach(keyUrl) {
    const reply = await post(keyUrl, {}, this.person);
    const body = await reply?.json().catch(() => null);
    if (!reply?.ok || !body?.owner) return { result: resultOf(reply, body, { rows: [], finish: true }), body, status: reply?.status };
    const isMine = !this.mine || [body, ...body.earlier].some((one) => one.owner === this.mine.owner);
    return isMine ? { result: "nothing" } : { result: "someone else", body: { message: "Someone else is signed in on this device now." } };
  }

  // Sends one batch, in turn with the other tabs, and says what came of it.
  async send() {
    if (!this.mine) return this.#send();
    return navigator.locks.request(`send ${this.mine.owner} ${this.name}`, () => this.#send());
  }

  async #send() {
    let isNew = false;
    await this.change((value) => {
      isNew = !value.batches.length;
      fillBatch(value);
    });
    const batch = this.now.batches[0];
    if (!batch) return { result: "nothing" };
    const isOffline = navigator.onLine === false; // then a failure says that nothing was sent
    const reply = await post(this.about.saveUrl, batch, this.person);
    const body = await reply?.json().catch(() => null); // a log-in page of somebody's network is no answer
    const result = resultOf(reply, body, batch);
    for (const { row, answer } of result === "saved" ? taken(batch, body) : []) this.answers.set(row.pupil, { before: row.base, base: answer.base });
    if (isNew && isOffline && result === "no answer" && !navigator.onLine) await this.change((value) => notSent(value, batch));
    if (AFTER[result]) await this.change((value) => AFTER[result](value, batch, body));
    if (result === "saved") channel?.postMessage({ name: this.name, owner: this.mine?.owner, batch, body });
    return { result, batch, body, status: reply?.status };
  }
}

// Every draft of a person on this device.
async function drafts(mine) {
  const kept = (await all(mine)).filter(({ record }) => record.kind === "draft");
  return kept.map(({ name, value }) => Object.assign(new Draft(name, value.about, mine.person), { mine, now: { ...nothing(), ...value.value } }));
}

self.registerStore = { Draft, channel, dayOf, drafts, forANewPass, forget, isPossible, keepPage, keyFor, newKey, page, post, read, serve, token, unlock };
