// On a page without register-store.js: at sign-out the other tabs' registers close, and what this device keeps of them
// can be read no more, even where the server cannot be told. What waits to be sent stays, unreadable (docs/offline.md).
"use strict";

(() => {
  if (self.registerStore || !self.isSecureContext || !self.indexedDB) return;
  document.addEventListener("submit", async (event) => {
    if (event.target.getAttribute("action") !== "/logout/") return;
    event.preventDefault();
    new BroadcastChannel("registers").postMessage({ left: true });
    await forget().catch(() => null);
    event.target.submit();
  });

  function forget() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("registers");
      request.onupgradeneeded = () => request.transaction.abort(); // no register was ever kept here
      request.onerror = reject;
      request.onsuccess = () => {
        const transaction = request.result.transaction(["keys", "kept"], "readwrite");
        transaction.oncomplete = resolve;
        transaction.onabort = reject;
        transaction.objectStore("keys").clear();
        transaction.objectStore("kept").openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor) return;
          if (!cursor.value.waits) cursor.delete();
          cursor.continue();
        };
      };
    });
  }
})();
