/* The ticket that was seen last, kept for when there is no connection: the page by the service worker (sw.js), and here
   what the live link has said since, with the instant at which it was so. */

const CACHE = "antrean-ticket"; // sw.js knows this name, too

const key = (id) => `/kept/t/${id}`;

/** @param {object} ticket as the API and the live link give it
 *  @param {Date} at when it was so, by the office's clock */
export async function keepState(ticket, at) {
  if (!("caches" in self)) return;
  const cache = await caches.open(CACHE);
  await cache.put(key(ticket.id), new Response(JSON.stringify({ ticket, at: at.toISOString() })));
}

/** What was kept of a ticket: {ticket, at}, or null. */
export async function keptState(id) {
  if (!("caches" in self)) return null;
  const kept = await (await caches.open(CACHE)).match(key(id));
  return kept ? kept.json() : null;
}

/** Has this page kept from now on, and shown without a connection. Browsers without service workers do without. */
export async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  const wasKept = navigator.serviceWorker.controller !== null;
  await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  if (!wasKept) active.postMessage({ keep: location.pathname });
}
