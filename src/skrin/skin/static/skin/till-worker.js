// Lives beside the till's pages, and is asked for every page before the till is. It keeps one page: the
// one that is shown while the till does not answer. Everything else goes to the till and is kept nowhere.
"use strict";
const { searchParams: said } = new URL(location.href);
const KEPT = `skrin-away-${said.get("version")}-${said.get("language")}`;
const PAGE = said.get("page");
const FILES = said.get("files").split(" ");

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([PAGE, ...FILES])));
});
addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await clients.claim();
  })());
});
addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => waiting(request)));
  else if (FILES.includes(pathname)) event.respondWith(fetch(request).catch(() => kept(pathname)));
});
async function waiting(request) {
  // What was sent may have arrived: it is not sent again by itself, so the page has another address.
  return request.method === "GET" ? kept(PAGE) : Response.redirect(`${PAGE}?sent`, 303);
}
async function kept(path) {
  return await (await caches.open(KEPT)).match(path) ?? Response.error();
}
