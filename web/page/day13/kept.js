/**
 * Goes before JupyterLite's own service worker: what has a hash in its address is kept, and comes from there next time.
 * Such a file never changes, so no old lab is ever shown; all else is asked for anew. A new build forgets the old one's.
 */

const KEPT = "day13-BUILD"; // web/build.py puts the build's hash in
const NEVER_CHANGES = /\/(static\/pyodide-[0-9a-f]{8}\/|(build|extensions)\/.*\.[0-9a-f]{7,20}\.js$)/;

async function kept(request) {
  const store = await caches.open(KEPT);
  const found = await store.match(request);
  if (found) return found;
  const answer = await fetch(request);
  // A full disk is no reason to fail.
  if (answer.status === 200) store.put(request, answer.clone()).catch(() => {});
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !NEVER_CHANGES.test(pathname)) return;
  event.stopImmediatePropagation();
  event.respondWith(kept(event.request));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("day13-") && name !== KEPT);
    await Promise.all(names.map((name) => caches.delete(name)));
  };
  event.waitUntil(forget());
});
