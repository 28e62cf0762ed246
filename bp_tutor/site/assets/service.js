/* Keeps the site for when there is no network: what every page needs at once, pages when they are
 * visited. A new version is kept beside the old one until no page of that is open any more. */
const VERSION = "{{version}}";
const FILES = {{files}};
const here = (name) => new URL(name, registration.scope).href;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(VERSION);
    await kept.addAll(FILES.map((name) => new Request(here(name), { cache: "no-cache" })));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("bp-tutor ") && name !== VERSION) await caches.delete(name);
    }
    await clients.claim();
  })());
});

/* Pages come from the network where there is one, so that nobody reads an old one; what has its
 * version in its address comes from what is kept. */
const page = async (request) => {
  const kept = await caches.open(VERSION);
  try {
    const found = await fetch(request);
    if (found.ok) await kept.put(request, found.clone());
    return found;
  } catch (error) {
    const found = await caches.match(request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith(request.mode === "navigate"
    ? page(request)
    : caches.match(request).then((found) => found || page(request)));
});

/* A page that was open before this began: it is kept as well. */
addEventListener("message", (event) => {
  if (event.data && event.data.keep) {
    event.waitUntil(caches.open(VERSION)
      .then((kept) => Promise.all(event.data.keep.map((name) => kept.add(name)))));
  }
});
