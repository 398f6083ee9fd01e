/* The ticket that was seen last, kept by the service worker (sw.js) for when there is no connection: its page, and what the
   live link has said since, with the instant at which it was so. */

const CACHE = "antrean-ticket"; // sw.js knows this name, too

/** Has what the live link said kept beside the page. Without a service worker nothing is kept.
 *  @param {object} ticket as the API and the live link give it
 *  @param {Date} at when it was so, by the office's clock */
export function keepState(ticket, at) {
  const state = { ticket, at: at.toISOString() };
  navigator.serviceWorker?.controller?.postMessage({ path: `/t/${ticket.id}`, state });
}

/** What was kept of a ticket: {ticket, at}, or null. */
export async function keptState(id) {
  if (!("caches" in self)) return null;
  const kept = await (await caches.open(CACHE)).match(`/kept/t/${id}`);
  return kept ? kept.json() : null;
}

/** Has this page kept from now on, and shown without a connection. Browsers without service workers do without. */
export async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  const wasKept = navigator.serviceWorker.controller !== null;
  await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  if (!wasKept) active.postMessage({ path: location.pathname });
}
