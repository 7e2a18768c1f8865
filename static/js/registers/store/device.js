// What the pages of registers keep on this device until the server has it: encrypted, under a key of one person here.
// Here the bare store: IndexedDB, and what is deleted when. What is kept, where and how long: docs/offline.md.
// The files of a folder are joined into one script, and see each other's names (attendance_mat/web/joined.py).

const PATIENCE = self.patience ?? 8000; // milliseconds until a network that says nothing counts as none
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
