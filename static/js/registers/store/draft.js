// What was chosen in one register and is on its way to the server: each change is kept before it is sent.

// What a cover person does whose pass has ended: they have no log-in.
function forANewPass(draft) {
  const until = draft.mine ? "nothing is lost, the marks are kept on this device until then" : "and keep this page open until then";
  return `Go to the office for a new pass, today: ${until}`;
}

const nothing = () => ({ waiting: {}, batches: [], done: {}, refused: {}, said: {}, filled: {}, finish: null, unfinished: "" });

// What was chosen in one register: by pupil what waits, is done, or was refused, and in what words; the batches that
// were sent and not answered, each of which is repeated under its own key until it is; when the blanks were filled that
// "everyone else is present" last filled on this device, and whether nothing was on its way for them; and the moment at
// which Finish was pressed, or why that was not done. `about` says where it is sent and to what.
class Draft {
  constructor(name, about, person) {
    Object.assign(this, { name, about, person, mine: null, now: nothing(), taps: new Map(), answers: new Map(), heard: () => null });
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
    let news = []; // from another tab
    try {
      await navigator.locks.request(`write ${mine.owner} ${this.name}`, async () => {
        const value = { ...nothing(), ...(await read(mine, "draft", this.name))?.value };
        news = changed(this.now, value);
        work(value);
        const waits = [value.waiting, value.refused, value.batches].some((one) => Object.keys(one).length) || Boolean(value.finish);
        await write(mine, "draft", this.name, { about: this.about, value }, { day: this.about.day, waits });
        this.now = value;
      });
    } catch {
      this.mine = null; // the device keeps nothing more: the page does
      return work(this.now);
    }
    this.heard(news);
  }

  // Hears what another tab has put there, and waits for what was chosen before.
  async readAgain() {
    await this.change(() => null);
  }

  // `said` is the child's name and the mark in words, for whoever can neither send it nor open its page any more.
  async choose(pupil, row, said) {
    await this.#chooseAll([{ pupil, row, said }], (value, rows) => {
      const answer = this.answers.get(Number(pupil)); // it may have come between the press and here
      if (answer?.before === row.base) row.base = answer.base;
      return rows;
    });
  }

  // Marks those who are blank, in one breath; gives those who are not, as something was chosen of them meanwhile, in
  // another tab too. `isFilled` is so of "everyone else is present", which is the last such act from here on.
  async fill(rows, { isFilled = false } = {}) {
    return this.#chooseAll(rows, (value, all) => {
      const blank = all.filter(({ pupil, row }) => !newest(value, pupil, row)?.code);
      const filling = ({ pupil, row }) => [pupil, { at: row.made_at, wasBlank: !isOnItsWay(value, pupil) }];
      if (isFilled && blank.length) value.filled = Object.fromEntries(blank.map(filling));
      for (const { pupil, row } of blank) row.base = newest(value, pupil, row)?.base ?? row.base;
      return blank;
    });
  }

  // Clears what "everyone else is present" marked, on this device (`isHere`) or by the server; gives those of whom it
  // does not stand any more.
  async undo(rows, { isHere }) {
    return this.#chooseAll(rows, (value, all) => {
      if (!isHere) return all.filter(({ pupil, row }) => !isOnItsWay(value, pupil) && !(value.done[pupil]?.base > row.base));
      const filled = all.filter(({ pupil }) => isFilling(value, pupil));
      for (const { pupil, row } of filled) row.base = lastIn(value, pupil).base;
      return filled;
    });
  }

  // Keeps those of these rows that `decide` picks out once the device was read, and gives the pupils of the others.
  async #chooseAll(rows, decide) {
    let left = [];
    for (const { pupil, row } of rows) this.taps.set(pupil, row);
    await this.change((value) => {
      const taken = decide(value, rows);
      for (const one of taken) keepChosen(value, one);
      left = rows.filter((one) => !taken.includes(one)).map(({ pupil }) => pupil);
    });
    for (const { pupil, row } of rows) if (this.taps.get(pupil) === row) this.taps.delete(pupil);
    return left;
  }

  // The mark of a child as this device last knows it: pressed just now, chosen and waiting, on its way, or acknowledged.
  lastOf(pupil) {
    return this.taps.get(String(pupil)) ?? lastIn(this.now, pupil);
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
    const result = resultOf(reply, body, { rows: [], finish: true });
    const isError = result.startsWith("refused") || result === "key used before"; // there is no batch to which that is said
    if (!reply?.ok || !body?.owner) return { result: isError ? "not saved" : result, body, status: reply?.status };
    const isMine = !this.mine || [body, ...body.earlier].some((one) => one.owner === this.mine.owner);
    return isMine ? { result: "nothing" } : { result: "someone else", body: { message: "Someone else is signed in on this device now." } };
  }

  // Sends one batch, in turn with the other tabs, and says what came of it.
  async send() {
    if (!this.mine) return this.#send();
    return navigator.locks.request(`send ${this.mine.owner} ${this.name}`, () => this.#send());
  }

  async #send() {
    await this.change(fillBatch);
    const batch = this.now.batches[0];
    if (!batch) return { result: "nothing" };
    const reply = await post(this.about.saveUrl, batch, this.person);
    const body = await reply?.json().catch(() => null); // a log-in page of somebody's network is no answer
    const result = resultOf(reply, body, batch);
    for (const { row, answer } of result === "saved" ? taken(batch, body) : []) this.answers.set(row.pupil, { before: row.base, base: answer.base });
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
