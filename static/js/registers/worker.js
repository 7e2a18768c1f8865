// The service worker of a school's pages: it shows a register that was kept on this device where the server does not
// answer (the scripts beside this one), with the style sheet and scripts it needs. It keeps no page itself.

const ASSETS = "registers"; // the name of the cache of scripts and style sheets; nothing of anybody is in it
const ASSETS_AT_MOST = 60; // those of earlier releases stay for the pages that were kept with them
const KEPT = /^\/s\/[^/]+\/(registers\/\d+\/|lesson-registers\/\d+\/|sessions\/[^/]+\/[^/]+\/groups\/\d+\/register\/|lessons\/[\d-]+\/\d+\/register\/)?$/;
const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": self.policy,
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cache-Control": "no-store",
};

self.addEventListener("install", (event) => {
  event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), prune()])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && KEPT.test(url.pathname) && !url.search) {
    event.respondWith(request.method === "GET" ? shown(request, url) : pressed(request, url));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(asset(request));
  }
});

async function prune() {
  const cache = await caches.open(ASSETS);
  const held = await cache.keys();
  for (const old of held.slice(0, Math.max(0, held.length - ASSETS_AT_MOST))) await cache.delete(old);
}

// The server's page, or after a while without one the page that was kept.
async function shown(request, url) {
  const network = fetch(request);
  const answer = await soon(network);
  if (answer && answer.status < 500) return answer;
  const kept = await self.registerStore.page(url.pathname);
  return kept ? new Response(kept, { headers: HEADERS }) : network;
}

// A button that got no answer: the page as it was kept, which says so.
async function pressed(request, url) {
  const network = fetch(request);
  const answer = await soon(network);
  if (answer && answer.status < 502) return answer;
  const kept = await self.registerStore.page(url.pathname);
  return kept ? new Response(kept.replace("<html ", "<html data-pressed "), { headers: HEADERS }) : network;
}

function soon(network) {
  const patience = new Promise((done) => setTimeout(done, self.patience, null)); // milliseconds
  return Promise.race([network.catch(() => null), patience]);
}

// From the cache first: a name changes with what is in it. It is fetched again meanwhile, for names that do not.
async function asset(request) {
  const cache = await caches.open(ASSETS);
  const held = await cache.match(request);
  const network = fetch(request).then((answer) => {
    if (answer.status === 200) cache.put(request, answer.clone());
    return answer;
  });
  if (!held) return network;
  network.catch(() => null);
  return held;
}
