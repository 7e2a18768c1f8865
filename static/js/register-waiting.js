// On the pages where people begin: sends what waits on this device, of every register, says what came of it, and keeps
// the day's registers so that they open without a connection (register-store.js).
"use strict";

(() => {
  const place = document.querySelector("[data-waiting]");
  if (!place) return;
  const AGAIN = 30000; // milliseconds
  const FRESH = 600000; // a register kept ten minutes ago is not asked for again
  const store = self.registerStore;
  const { person, keyUrl, workerUrl, now } = place.dataset;
  const isKept = "kept" in document.documentElement.dataset;
  const page = document.documentElement.cloneNode(true); // as the server sent it
  const ahead = Date.parse(now) - Date.now();
  const told = new Map(); // by register: what is to be said of it
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
    for (const draft of await store.drafts(mine).catch(() => [])) {
      if (draft.waits) await sendOne(draft);
      else if (Object.keys(draft.now.refused).length) tell(draft, count(Object.keys(draft.now.refused).length, "not saved"));
    }
    isBusy = false;
  }

  async function sendOne(draft) {
    let saved = 0;
    let answer;
    do {
      answer = await draft.send();
      saved += answer.result === "saved" ? await settled(draft, answer) : 0;
    } while (draft.waits && ["saved", "refused", "refused together", "key used before"].includes(answer.result));
    const lost = Object.keys(draft.now.refused).length;
    const words = [saved && count(saved, "sent"), lost && `${count(lost, "not saved")}: open the register to see why`, draft.waits && why(answer, draft)];
    tell(draft, words.filter(Boolean).join(". "));
  }

  // What the server did not take is kept, with why, for the register's page to show.
  async function settled(draft, { body, batch }) {
    const not = body.rows.filter((row) => row.outcome === "clash" || row.outcome === "refused");
    await draft.change((value) => {
      for (const row of not) value.refused[row.pupil] = { ...batch.rows.find((one) => one.pupil === row.pupil), base: row.base, why: row.why };
    });
    return body.rows.length - not.length;
  }

  const count = (number, words) => `${number} ${number === 1 ? "mark" : "marks"} ${words}`;

  function why({ result, body }, draft) {
    const { waits } = draft;
    const safe = count(waits, waits === 1 ? "is safe on this device" : "are safe on this device");
    if (result === "no answer") return `No connection: ${safe}`;
    if (result === "signed out" && "byPass" in place.dataset) return `Your cover pass has ended: ${safe}. ${store.forANewPass(draft)}`;
    if (result === "signed out") return `Signed out: ${safe}. Log in again to send`;
    if (result === "not yours") return `This register is no longer yours to take: ${safe}. Tell the office what they say`;
    return result === "someone else" ? `${body.message} ${safe}` : `The server did not save: ${safe}`;
  }

  function tell(draft, words) {
    if (draft) told.set(draft.name, { draft, words });
    else told.set("", { words });
    place.hidden = false;
    place.replaceChildren(
      ...[...told.values()].map((one) => {
        const line = document.createElement("p");
        if (one.draft) line.append(Object.assign(document.createElement("a"), { href: one.draft.about.pageUrl, textContent: one.draft.about.title }), ": ");
        line.append(`${one.words}.`);
        return line;
      }),
    );
  }
})();
