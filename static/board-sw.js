// Keeps what a board was sent: its pages, their pictures, its style. The network comes first; what
// is kept shows only while nothing answers. A page that may not be stored (a code: the board was revoked) empties it.
"use strict";

const KEPT = "board", PATIENCE = 8000, MOST = 300;
const PARTS = /^\/(static\/board\.(css|js)|notices\/\w+\/pages\/\d+\.png)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request, { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname === "/board") event.respondWith(page(event.request));
  else if (PARTS.test(pathname)) event.respondWith(part(event.request));
});

const patience = () => AbortSignal.timeout?.(PATIENCE); // an old screen's browser just waits

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: patience() });
    if (answer.status >= 500) throw new Error("the server is away");
    if (/no-cache/.test(answer.headers.get("Cache-Control"))) await kept.put(request.url, answer.clone());
    else await caches.delete(KEPT);
    return answer;
  } catch {
    const found = (await kept.match(request.url)) || (await kept.match("/board?page=1"));
    return found || (await kept.match("/board")) || Response.error();
  }
}

async function part(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: patience() });
    if (answer.ok) await kept.put(request.url, answer.clone());
    const all = await kept.keys();
    if (all.length > MOST) await kept.delete(all[0]);
    return answer;
  } catch {
    return (await kept.match(request.url)) || Response.error();
  }
}
