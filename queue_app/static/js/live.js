/* A part of a page that stays as the office is: for the desk and the supervisor.

   const live = keepLive({
     region: element,          // the part; data-version and data-as-of say what it shows
     url: "/desk/live",        // answers with the same part, as it is now
     banner: element,          // shown while the part is not live (macro stale_banner)
     changed: () => {},        // after the part was brought up to date
     linked: (isLinked) => {}, // when the page ceases to be live, or is so again
     home: () => null,         // where the focus goes when what had it is gone
     busy: () => false,        // while true nothing is brought in: an answer that holds it all is on its way
   })
   live.refresh()              // ask now
   live.replace(element)       // take over a part that came another way

   data-live of the body says by which way news come: "socket", or "polling" meanwhile.

   The socket only says that something has changed; the part itself always comes whole, by HTTP. It is morphed in, so
   that the focus, what is being typed and an open question stay. */

import { Idiomorph } from "../vendor/idiomorph-0.8.0/idiomorph.esm.min.js";
import { showTimes } from "./elapsed.js";
import { follow } from "./socket.js";

const ANSWER_MS = 6000;
const POLL_MS = 5000;
const RESYNC_MS = 60000; // waits and running times are put right even when nothing happens

export function keepLive({ region, url, banner, changed = () => {}, linked = () => {}, home = () => null, busy = () => false }) {
  let asking = null;
  let askAgain = false;

  let version = Number(region.dataset.version); // of what is shown; a new connection owes nothing to it

  function replace(fresh) {
    if (Number(fresh.dataset.version) < version) return; // overtaken by a newer one
    version = Number(fresh.dataset.version);
    const hadFocus = region.contains(document.activeElement);
    keepTrue(fresh);
    Idiomorph.morph(region, fresh, {
      callbacks: {
        // An open question is the officer's; it is answered or closed before it changes. So is what is being written.
        beforeNodeMorphed: (old, fresh) =>
          !(old instanceof HTMLDialogElement && old.open) && !(old instanceof HTMLTextAreaElement && old.id === fresh.id),
        beforeNodeRemoved: (old) => !(old instanceof HTMLDialogElement && old.open),
        beforeAttributeUpdated: (name, element) => !keptByThePage(name, element),
      },
    });
    if (hadFocus && document.activeElement === document.body) home()?.focus({ preventScroll: true });
    showTimes();
    changed();
  }

  async function ask() {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      window.location.reload(); // signed out elsewhere: the page itself leads to signing in
      return;
    }
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(region.id);
    if (fresh && !busy()) replace(fresh);
  }

  // Requests never pile up: while one runs, any number of further wishes is one more request after it.
  function refresh() {
    if (asking) {
      askAgain = true;
      return asking;
    }
    asking = ask().finally(() => {
      asking = null;
      if (askAgain) {
        askAgain = false;
        refresh().catch(() => {});
      }
    });
    return asking;
  }

  const quietly = () => refresh().catch(() => {}); // the link notices by itself, and shows it

  follow("/desk", {
    on: {
      changed: ({ version: newest }) => { if (newest !== version) quietly(); },
      heartbeat: ({ version: newest }) => { if (newest > version) quietly(); },
      connect: () => { document.body.dataset.live = "socket"; },
      disconnect: () => {
        version = -1;
        document.body.dataset.live = "polling";
      },
    },
    poll: refresh,
    pollMs: POLL_MS,
    quietMs: POLL_MS * 2,
    onLive(isLive) {
      if (!isLive) banner.querySelector("[data-stale-since]").textContent = region.dataset.asOf;
      banner.hidden = isLive;
      document.body.classList.toggle("is-stale", !isLive);
      linked(isLive);
    },
  });
  setInterval(quietly, RESYNC_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) quietly(); });

  return { refresh: quietly, replace };
}

/** What an open question says of the office, such as who is next, goes on being true; the rest of it waits. */
function keepTrue(fresh) {
  for (const said of document.querySelectorAll("dialog[open] [data-follows]")) {
    const now = fresh.querySelector(`#${CSS.escape(said.id)}`);
    if (now && now.textContent !== said.textContent) {
      said.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
    }
  }
}

/** What the person or a script has set, and the server knows nothing of. */
function keptByThePage(name, element) {
  if (element instanceof HTMLDetailsElement) return name === "open";
  if (name === "aria-disabled") return true;
  return element instanceof HTMLInputElement && element.type === "checkbox" && name === "checked";
}
