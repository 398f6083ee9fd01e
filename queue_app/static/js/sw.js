/* The service worker of the installed app. It keeps two things and nothing else: the files that a ticket's page is made
   of, and the ticket that was seen last. A ticket always comes from the server when there is one; the kept page is shown
   only without it, and says from when it is.

   The server puts SHELL before this file: its version, which changes with any of the files, and their addresses. */

const SHELL_CACHE = `antrean-shell-${SHELL.version}`;
const TICKET_CACHE = "antrean-ticket"; // static/js/kept.js knows this name, too
const PATIENCE_MS = 8000;

self.addEventListener("install", (event) => {
  event.waitUntil(fillShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && isTicket(url)) event.respondWith(ticketPage(request, url));
  else if (request.mode === "navigate" && url.pathname === "/tickets") event.respondWith(ownTickets(request));
  else if (SHELL.files.includes(url.pathname)) event.respondWith(shellFile(request, url));
});

/* A page that was open before there was a service worker asks for itself to be kept; every page tells what the live link
   has said since. */
self.addEventListener("message", (event) => {
  const url = new URL(String(event.data?.path), self.location.origin);
  if (url.origin !== self.location.origin || !isTicket(url)) return;
  const { state } = event.data;
  event.waitUntil((state ? keepState(url, state) : keepOpenPage(url)).catch(() => {})); // a full store keeps nothing
});

function isTicket(url) {
  return /^\/t\/[\w-]+$/.test(url.pathname);
}

async function fillShell() {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "no-cache" })));
}

async function dropOldShells() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("antrean-shell-") && name !== SHELL_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

let lastOpened = ""; // the ticket whose page was asked for last; another page that is late must not take its place
let writing = Promise.resolve();

/* The store is written by one at a time, so that "the last ticket alone" stays true. */
function inTurn(write) {
  writing = writing.then(write, write);
  return writing;
}

async function ticketPage(request, url) {
  lastOpened = url.pathname;
  try {
    const answer = await inTime(fetch(request));
    if (answer.status >= 500) return (await keptPage(url)) ?? answer;
    await keep(url, answer);
    return answer;
  } catch {
    return (await keptPage(url)) ?? Response.error();
  }
}

async function keepOpenPage(url) {
  await keep(url, await fetch(url.pathname));
}

/* The last ticket alone, and only a page that is one. */
function keep(url, answer) {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return Promise.resolve();
  const copy = answer.clone();
  return inTurn(async () => {
    if (lastOpened && lastOpened !== url.pathname) return;
    const cache = await caches.open(TICKET_CACHE);
    for (const kept of await cache.keys()) {
      const path = new URL(kept.url).pathname;
      if (path !== url.pathname && path !== statePath(url)) await cache.delete(kept);
    }
    await cache.put(url.pathname, copy);
  });
}

/* What was said of a ticket whose page is kept, and of no other. */
function keepState(url, state) {
  return inTurn(async () => {
    const cache = await caches.open(TICKET_CACHE);
    if (await cache.match(url.pathname)) await cache.put(statePath(url), new Response(JSON.stringify(state)));
  });
}

/* static/js/kept.js reads it by this name. */
function statePath(url) {
  return `/kept${url.pathname}`;
}

async function keptPage(url) {
  const kept = await (await caches.open(TICKET_CACHE)).match(url.pathname);
  if (!kept) return null;
  const page = (await kept.text()).replace('data-kept="no"', 'data-kept="yes"');
  const headers = new Headers(kept.headers); // with them the page's policy
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(page, { headers });
}

/* "My tickets" is where the installed app starts; without a connection that is the last ticket. */
async function ownTickets(request) {
  try {
    return await inTime(fetch(request));
  } catch {
    const kept = await (await caches.open(TICKET_CACHE)).keys();
    const page = kept.map((one) => new URL(one.url)).find(isTicket);
    return page ? Response.redirect(page.pathname) : Response.error();
  }
}

async function shellFile(request, url) {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(SHELL_CACHE)).match(url.pathname)) ?? Response.error();
  }
}

function inTime(promise) {
  return Promise.race([
    promise,
    new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), PATIENCE_MS); }),
  ]);
}

/* ---- Messages that are pushed ---- */

importScripts("/static/js/push-received.js");
