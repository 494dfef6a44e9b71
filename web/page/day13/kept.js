/**
 * Goes before JupyterLite's own service worker: what has a hash in its address is kept, and comes from there next time.
 * Such a file never changes, so no old lab is ever shown. What leads to it is asked for anew, although a server may
 * allow to keep it (GitHub Pages: for ten minutes): else an old list would name files that are gone.
 */

const BUILD = "day13-build"; // web/build.py puts the build's hash here
const KEPT = `day13 ${self.registration.scope}`;
const NEVER_CHANGES = /\/(static\/pyodide-[0-9a-f]{8}\/|(build|extensions)\/.*\.[0-9a-f]{7,20}\.js$)/;
const ANEW = /\/(day13|files|api\/contents)\/|\/jupyter-lite\.json$/;

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
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || mode === "navigate" || origin !== self.location.origin) return;
  if (NEVER_CHANGES.test(pathname)) event.respondWith(kept(event.request));
  else if (ANEW.test(pathname)) event.respondWith(fetch(event.request, { cache: "no-cache" }));
  else return;
  event.stopImmediatePropagation();
});

/** A new build forgets what is not its own Python; the page that found it may have fetched that already. */
self.addEventListener("activate", (event) => {
  const forget = async () => {
    const store = await caches.open(KEPT);
    const old = (await store.keys()).filter(({ url }) => !url.includes(`/static/pyodide-${BUILD}/`));
    await Promise.all(old.map((request) => store.delete(request)));
  };
  event.waitUntil(forget());
});
