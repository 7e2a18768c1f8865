// The pages of the day's registers, kept so that the service worker can show them where the server does not answer.

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
  for (const url of urls) {
    if (await cache.match(url)) continue;
    const had = await fetch(url, { cache: "force-cache" }).catch(() => null); // the page has just loaded it
    if (had?.ok) await cache.put(url, had);
  }
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
