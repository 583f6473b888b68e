// Keeps the pages of a matter's entrances for a stairwell without network. The network comes first; what is kept
// shows while nothing answers, and to whom the server no longer shows it (rounds.js says then what to do, and
// empties it once nothing waits to be sent). The pages keep themselves; what is written down is not kept here.
"use strict";

const KEPT = "rounds", PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request, { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" || pathname.startsWith("/static/")) event.respondWith(shown(event.request));
});

async function shown(request) {
  const kept = () => caches.match(request.url, { cacheName: KEPT, ignoreSearch: true });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE) });
    return answer.ok ? answer : (await kept()) || answer;
  } catch {
    return (await kept()) || Response.error();
  }
}
