// The key of the person signed in on this device, and what is kept under it.

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

// The key under which something is asked for once, the same each time it is asked for again.
async function keyFor(mine, what) {
  const id = await idOf(mine, "key", what);
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join("-");
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
