// What a register's pages keep on this device until the server has it: encrypted, under a key of one person here.
// The service worker reads it too, to show a page that was kept. What is kept, where and how long: docs/offline.md.
"use strict";

self.registerStore = (() => {
  const PATIENCE = 8000; // milliseconds until a network that says nothing counts as none
  const isPossible = Boolean(self.isSecureContext && self.indexedDB && self.crypto?.subtle && self.navigator.locks);
  const channel = self.document && isPossible ? new BroadcastChannel("registers") : null; // to the other tabs
  let opening = null;

  function database() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("registers", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("keys");
        request.result.createObjectStore("kept", { keyPath: "id" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opening;
  }

  async function transact(name, mode, work) {
    const transaction = (await database()).transaction(name, mode);
    const asked = work(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  // The key of whoever is signed in on this device, {person, owner, key, until}; none once their session is over.
  async function held() {
    if (!isPossible) return null;
    const found = await transact("keys", "readonly", (keys) => keys.get("current"));
    if (!found || found.until > Date.now()) return found ?? null;
    await forget();
    return null;
  }

  // At sign-out the key goes, and everything but what waits to be sent, which nobody can read without it.
  async function forget() {
    if (!isPossible) return;
    await transact("keys", "readwrite", (keys) => keys.clear());
    await removeWhere((record) => !record.waits);
  }

  async function removeWhere(isDone) {
    await transact("kept", "readwrite", (kept) => {
      kept.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (isDone(cursor.value)) cursor.delete();
        cursor.continue();
      };
    });
  }

  // The key of the person whose page this is: the one on this device, or else the server issues it again.
  // None without a secure context or a server: then what is chosen waits on the page alone.
  async function unlock({ person, keyUrl, today }) {
    if (!isPossible) return null;
    try {
      let mine = await held();
      if (mine && mine.person !== person) {
        await forget();
        mine = null;
      }
      mine ??= await issued(person, keyUrl);
      if (mine) await removeWhere((record) => record.day < today && !record.waits);
      return mine;
    } catch {
      return null;
    }
  }

  async function issued(person, keyUrl) {
    await loaded();
    const reply = await post(keyUrl, {}, person);
    const body = reply?.ok ? await reply.json().catch(() => null) : null;
    if (!body?.owner) return null;
    const mine = { person, owner: body.owner, key: await imported(body.key), until: Date.now() + body.seconds * 1000 };
    for (const one of body.earlier) await adopt({ owner: one.owner, key: await imported(one.key) }, mine);
    await transact("keys", "readwrite", (keys) => keys.put(mine, "current"));
    return mine;
  }

  function imported(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  // What was kept before the server's secret changed is kept on under the key that the new one gives.
  async function adopt(earlier, mine) {
    for (const { record, name, value } of await all(earlier)) {
      await write(mine, record.kind, name, value, record);
      await transact("kept", "readwrite", (kept) => kept.delete(record.id));
    }
  }

  // An address or the name of a register says little, and the raw store says not even that.
  async function idOf(mine, kind, name) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${mine.owner} ${kind} ${name}`));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function write(mine, kind, name, value, { day, waits }) {
    const id = await idOf(mine, kind, name);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
    const data = await crypto.subtle.encrypt(how, mine.key, new TextEncoder().encode(JSON.stringify({ name, value })));
    const record = { id, owner: mine.owner, kind, day, waits, iv, data };
    await transact("kept", "readwrite", (kept) => kept.put(record));
  }

  async function read(mine, kind, name) {
    const id = await idOf(mine, kind, name);
    const record = await transact("kept", "readonly", (kept) => kept.get(id));
    return record ? (await opened(mine, record)).value : null;
  }

  async function opened(mine, record) {
    const how = { name: "AES-GCM", iv: record.iv, additionalData: new TextEncoder().encode(record.id) };
    const plain = await crypto.subtle.decrypt(how, mine.key, record.data);
    return { record, ...JSON.parse(new TextDecoder().decode(plain)) };
  }

  async function all(mine) {
    const records = await transact("kept", "readonly", (kept) => kept.getAll());
    return Promise.all(records.filter((record) => record.owner === mine.owner).map((record) => opened(mine, record)));
  }

  // Keeps a page of this day as it is now. `ahead` is how far the server's clock is ahead of this device's.
  async function keepPage(mine, url, page, { day, ahead }) {
    const copy = page.cloneNode(true);
    copy.dataset.kept = ahead;
    await hold([...copy.querySelectorAll("script[src], link[rel=stylesheet]")].map((one) => one.getAttribute("src") ?? one.getAttribute("href")));
    for (const said of copy.querySelectorAll("main > .notice:not([data-waiting])")) said.remove();
    await write(mine, "page", url, { html: `<!doctype html>${copy.outerHTML}`, ahead, day, at: Date.now() }, { day, waits: false });
  }

  // The style sheet and scripts a page asks for, for the service worker; there is nothing of anybody in them.
  async function hold(urls) {
    const cache = await caches.open("registers");
    for (const url of urls) if (!(await cache.match(url))) await cache.add(url).catch(() => null);
  }

  // A page as it was kept today by the person signed in on this device, or none.
  async function page(url) {
    const mine = await held().catch(() => null);
    const kept = mine && (await read(mine, "page", url).catch(() => null));
    return kept && kept.day === dayOf(Date.now() + kept.ahead) ? kept.html : null;
  }

  function dayOf(moment) {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London", dateStyle: "short" }).format(moment);
  }

  const loaded = () =>
    document.readyState === "complete" ? null : new Promise((done) => addEventListener("load", done, { once: true }));

  // Once the page is there and nobody waits for it: the service worker that shows kept pages.
  async function serve(workerUrl) {
    await loaded();
    if (isPossible) await navigator.serviceWorker?.register(workerUrl).catch(() => null);
  }

  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    return found ? found[1] : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  }

  // Sends JSON under today's token and in one person's name; gives the reply, or null without an answer.
  async function post(url, body, person) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), "X-Person": person };
    const signal = AbortSignal.timeout(PATIENCE);
    return fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal }).catch(() => null);
  }

  if (self.document) {
    if ("forget" in (document.currentScript?.dataset ?? {})) forget();
    document.addEventListener("submit", async (event) => {
      if (new URL(event.target.action).pathname !== "/logout/") return;
      event.preventDefault(); // first the key, which goes even where the server cannot be told
      channel?.postMessage({ left: true });
      await forget().catch(() => null);
      for (const field of event.target.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
      event.target.submit();
    });
    channel?.addEventListener("message", ({ data }) => data.left && location.replace("/login/"));
  }

  // A random UUID; crypto.randomUUID is missing where a school serves the page without TLS.
  function newKey() {
    const digit = (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16);
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit);
  }

  // What a cover person does whose pass has ended: they have no log-in.
  function forANewPass(draft) {
    const until = draft.mine ? "nothing is lost, the marks are kept on this device until then" : "and keep this page open until then";
    return `Go to the office for a new pass, today: ${until}`;
  }

  const nothing = () => ({ waiting: {}, batches: [], done: {}, refused: {} });

  // What was chosen in one register: by pupil what waits, is done, or was refused; and the batches that were sent and
  // not answered, each of which is repeated under its own key until it is. `about` says where it is sent and to what.
  class Draft {
    constructor(name, about, person) {
      Object.assign(this, { name, about, person, mine: null, now: nothing(), taps: new Map(), answers: new Map() });
    }

    get waits() {
      const rows = [...Object.keys(this.now.waiting), ...this.now.batches.flatMap((batch) => batch.rows.map((row) => row.pupil))];
      return new Set([...rows, ...this.taps.keys()].map(Number)).size;
    }

    get isSafe() {
      return Boolean(this.mine) && !this.taps.size;
    }

    // From here on it is kept on the device, together with what an earlier page or another tab kept there.
    async keepWith(mine) {
      if (!mine || this.mine) return;
      const { now } = this;
      this.mine = mine;
      await this.change((value) => {
        for (const part of ["waiting", "done", "refused"]) Object.assign(value[part], now[part]);
        value.batches.push(...now.batches);
      });
    }

    async change(work) {
      const { mine } = this;
      if (!mine) return work(this.now);
      try {
        await navigator.locks.request(`write ${mine.owner} ${this.name}`, async () => {
          const value = (await read(mine, "draft", this.name))?.value ?? nothing();
          work(value);
          const waits = Boolean(Object.keys(value.waiting).length || value.batches.length);
          await write(mine, "draft", this.name, { about: this.about, value }, { day: this.about.day, waits });
          this.now = value;
        });
      } catch {
        this.mine = null; // the device keeps nothing more: the page does
        work(this.now);
      }
    }

    async choose(pupil, row) {
      this.taps.set(pupil, row);
      await this.change((value) => {
        const answer = this.answers.get(Number(pupil)); // it may have come between the press and here
        if (answer?.before === row.base) row.base = answer.base;
        value.waiting[pupil] = row;
        delete value.refused[pupil];
      });
      if (this.taps.get(pupil) === row) this.taps.delete(pupil);
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

  function fillBatch({ batches, waiting }) {
    const rows = Object.entries(waiting).map(([pupil, row]) => ({ pupil: Number(pupil), ...row }));
    if (batches.length || !rows.length) return;
    batches.push({ key: newKey(), rows });
    for (const { pupil } of rows) delete waiting[pupil];
  }

  function resultOf(reply, body, batch) {
    if (!reply) return "no answer";
    if (reply.ok && batch.rows.every((row) => body?.rows?.some?.((one) => one.pupil === row.pupil))) return "saved";
    if (reply.status === 401) return "signed out";
    if (reply.status === 404) return "not yours";
    if (body?.error === "someone else" || body?.error === "key used before") return body.error;
    if (body?.error && (reply.status === 400 || reply.status === 422)) return batch.rows.length > 1 ? "refused together" : "refused";
    return "not saved";
  }

  // What becomes of a draft after each answer but those that leave it as it is.
  const AFTER = {
    saved(value, batch, body) {
      removed(value, batch);
      const later = [...Object.entries(value.waiting), ...value.batches.flatMap((one) => one.rows.map((row) => [row.pupil, row]))];
      for (const { row, answer } of taken(batch, body)) {
        value.done[answer.pupil] = { ...row, base: answer.base, code: answer.code, comment: answer.comment };
        for (const [pupil, next] of later) if (Number(pupil) === answer.pupil && next.base === row.base) next.base = answer.base;
      }
    },
    refused(value, batch, body) {
      removed(value, batch);
      const [{ pupil, ...row }] = batch.rows;
      const why = [body.message, ...(Array.isArray(body.detail) ? body.detail : [])].join(" ");
      if (!value.waiting[pupil]) value.refused[pupil] = { ...row, why };
    },
    "refused together": sentAnew((rows) => rows.map((row) => [row])), // so that one wrong row holds up no other
    "key used before": sentAnew((rows) => [rows]),
  };

  // The rows that the server took, each with its answer.
  function taken({ rows }, body) {
    const answers = new Map(body.rows.map((answer) => [answer.pupil, answer]));
    const pairs = rows.map((row) => ({ row, answer: answers.get(row.pupil) }));
    return pairs.filter(({ answer }) => answer.outcome === "saved" || answer.outcome === "same");
  }

  function sentAnew(shared) {
    return (value, batch) => {
      removed(value, batch);
      value.batches.unshift(...shared(batch.rows).map((rows) => ({ key: newKey(), rows })));
    };
  }

  function removed(value, batch) {
    value.batches = value.batches.filter((one) => one.key !== batch.key);
  }

  // Every draft of a person on this device.
  async function drafts(mine) {
    const kept = (await all(mine)).filter(({ record }) => record.kind === "draft");
    return kept.map(({ name, value }) => Object.assign(new Draft(name, value.about, mine.person), { mine, now: value.value }));
  }

  return { Draft, channel, dayOf, drafts, forANewPass, forget, isPossible, keepPage, newKey, page, read, serve, token, unlock };
})();
