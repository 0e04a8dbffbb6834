// Stands between the browser and the server, for two moments in which a page alone is helpless.
// When the server is away a page of ours is shown instead of the browser's. And a code that is read
// while one page goes and the next comes is kept for the next, in memory and for a moment only.
// Nothing of a visit is ever put into the cache.

const HERE = new URL("./", location).pathname; // with the version in it
const AWAY = "/away";
const SHELL = [
  AWAY,
  ...["away.js", "guard.js", "icon.svg", "icons.svg", "kiosk.css"].map((name) => HERE + name),
  ...["Regular", "Medium", "SemiBold", "Bold"].map((weight) => `/fonts/Sarabun-${weight}.ttf`),
];
const KEPT_MS = 5000; // the next page comes sooner, or it is not the same visitor's

let kept = null;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(HERE).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== HERE).map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const isPage = request.mode === "navigate";
  const { pathname } = new URL(request.url);
  if (isPage && pathname === "/scan" && kept?.isGiven) kept.opens = event.resultingClientId;
  if (!isPage && !SHELL.includes(pathname)) return;
  event.respondWith(fetch(request).catch(() => caches.match(isPage ? AWAY : request)));
});

// A page says what it could not open any more; the next one asks for it. That one may be gone too
// before it has opened it, so the code is kept until the page asks that comes of opening it.
addEventListener("message", ({ data, source }) => {
  if (data.held) kept = { held: data.held, at: Date.now() };
  else if (kept?.opens === source.id || Date.now() - kept?.at > KEPT_MS) kept = null;
  else if (kept) {
    source.postMessage(kept);
    kept.isGiven = true;
  }
});
