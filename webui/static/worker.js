// SPDX-License-Identifier: GPL-3.0-or-later
// Behind the pages where a browser allows it (https, or this machine itself): keeps static files, each under the version in
// its address, and one page that says that the appliance is not there. No page with data is ever kept, and nothing is
// answered from here that the appliance could answer itself. Another version of this file takes the place of this one.
"use strict";
const version = new URL(location.href).searchParams.get("v"), NAME = `telltale-${version}`, OFFLINE = "/offline", MOST = 200;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME), page = await fetch(OFFLINE, { cache: "no-store" });
    if (!page.ok) throw new Error("no page");
    const files = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+\?v=[^"#]+)/g)].map((match) => match[1].replaceAll("&amp;", "&"));
    await cache.put(OFFLINE, page);
    await cache.addAll([...new Set(files)]);
    await skipWaiting();
  })());
});
addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("telltale-") && name !== NAME) await caches.delete(name);
    await clients.claim();
  })());
});
const file = async (request) => {
  const cache = await caches.open(NAME), kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && (await cache.keys()).length < MOST) await cache.put(request, answer.clone());
  return answer;
};
const page = async (request) => {
  try { return await fetch(request); } catch { return (await caches.match(OFFLINE)) ?? Response.error(); }
};
addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/") && address.searchParams.has("v")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});
