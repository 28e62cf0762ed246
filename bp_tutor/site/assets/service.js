/* Keeps the site for when there is no network: what every page needs at once, pages when they are
 * visited. A new version is kept beside the old one until no page of that is open any more; it
 * begins with the pages that the old one kept. */
const FILES = {{files}};
/* What comes from elsewhere, each with the sum that it is known by. */
const ELSEWHERE = new Map(Object.entries({{elsewhere}})
  .map(([name, integrity]) => [new URL(name).href, integrity]));
/* Other sites of this server keep theirs under other names. */
const OURS = `bp-tutor ${registration.scope} `;
const VERSION = `${OURS}{{version}}`;
const here = (name) => new URL(name, registration.scope).href;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(VERSION);
    await kept.addAll(FILES.map((name) => new Request(here(name), { cache: "no-cache" })));
    // Without these the site can still be read.
    await Promise.all([...ELSEWHERE].map(([address, integrity]) =>
      kept.add(new Request(address, { integrity })).catch(() => {})));
  })());
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

/* What was fetched is kept as well, where there is room. */
const put = async (request, found) => {
  try {
    if (found.ok) await (await caches.open(VERSION)).put(request, found);
  } catch {
    /* Then it is fetched again. */
  }
};

/* Pages come from the network where there is one, so that nobody reads an old one; what has its
 * version in its address comes from what is kept. */
const fetched = async (event) => {
  try {
    const found = await fetch(event.request);
    event.waitUntil(put(event.request, found.clone()));
    return found;
  } catch (error) {
    const found = await caches.match(event.request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET") return;
  if (url.origin !== location.origin && !ELSEWHERE.has(url.href)) return;
  event.respondWith(request.mode === "navigate"
    ? fetched(event)
    : caches.match(request).then((found) => found || fetched(event)));
});

/* Takes over the pages that an older version kept, as they are now, and ends it. */
const replace = async (name) => {
  const kept = await caches.open(VERSION);
  for (const { url } of await (await caches.open(name)).keys()) {
    if (!/(\.html|\/)$/.test(new URL(url).pathname) || await kept.match(url)) continue;
    const found = await fetch(url);
    if (found.ok) await kept.put(url, found);
  }
  await caches.delete(name);
};

/* A page that was open before this began: it is kept as well. */
addEventListener("message", (event) => {
  if (!event.data || !event.data.keep) return;
  event.waitUntil((async () => {
    const kept = await caches.open(VERSION);
    if (!await kept.match(event.data.keep)) await kept.add(event.data.keep).catch(() => {});
    const older = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== VERSION);
    // Where that fails, the older one stays as it is until the next visit.
    await Promise.all(older.map((name) => replace(name).catch(() => {})));
  })());
});
