// Talking to the server, and to the other tabs; and what goes from the device at sign-out.

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
  channel?.addEventListener("message", ({ data }) => data.left && location.replace("/login/?left"));
}

// A random UUID; crypto.randomUUID is missing where a school serves the page without TLS.
function newKey() {
  const digit = (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16);
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit);
}
