/* The service worker of meeting mode. The build writes a line above this one, with the version of the
   edition and the files to keep: EDITION = {version, files}. It keeps those alone, answers for those
   alone, and prefers the network, so that a reader who is online sees today's text. */
const PREFIX = `dreiebok-meeting ${self.registration.scope} `; // Other guides of this host have caches of their own.
const CACHE = PREFIX + EDITION.version;
const FILES = new Set(EDITION.files.map((name) => new URL(name, self.registration.scope).href));
const PATIENCE_MS = 3000; // A network that answers later than this counts as none.

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) =>
    cache.addAll([...FILES].map((href) => new Request(href, { cache: "no-cache" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  address.search = address.hash = "";
  if (event.request.method === "GET" && FILES.has(address.href)) event.respondWith(answer(event.request, address.href));
});

async function answer(request, href) {
  const network = fetch(request);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  const first = await Promise.race([network, late]).catch(() => null);
  if (first && first.ok) return first;
  const kept = await (await caches.open(CACHE)).match(href);
  return kept || first || network;
}
