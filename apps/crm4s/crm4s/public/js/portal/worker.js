// Shows a page of our own where there is no connection. It keeps that page and its style; what a customer sees is never kept.
const NAME = "c4s-portal-1";
const KEPT = __KEPT__;

self.addEventListener("install", (event) => event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
	event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)))).then(() => self.clients.claim()))
);
self.addEventListener("fetch", (event) => {
	if (event.request.mode === "navigate" && event.request.method === "GET") event.respondWith(fetch(event.request).catch(() => caches.match("/my/offline")));
	else if (KEPT.some((path) => event.request.url.endsWith(path)) && event.request.mode !== "navigate") event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
});
