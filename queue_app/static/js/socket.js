/* One live link from a page to the office: websocket first, back within moments, watched, with polling as its stand-in.

   follow("/display", {
     auth: { office: "senapelan" },       // goes with every connect
     on: { board: show },                 // handlers of the socket's messages (and of "connect", "disconnect")
     poll: () => getJson("/api/..."),     // asked by HTTP every pollMs while the socket is down
     polled: show,                        // gets what poll() resolved to, unless the socket is back by then
     pollMs: 2000,
     quietMs: 5000,                       // with nothing heard for this long the page is no longer live
     onLive: (live, heardAt) => {},       // when that changes; heardAt is a performance.now()
   })

   The server sends a heartbeat every 2 s to /display and /desk and every 10 s to /ticket (use quietMs: 25000 there).
   A socket that stays silent for quietMs is taken for dead and opened anew. Returned: ask(event) resolves to the
   server's answer, stop() ends it all.

   Messages of one connection may overtake each other: compare their `version`. Those of a new connection owe nothing
   to the old one (the server may have another database by then), so forget the last version on "disconnect". */

import { io } from "../vendor/socket.io-client-4.8.4/socket.io.esm.min.js";

const TICK_MS = 250;
const RETRY_REFUSED_MS = 3000;
const ANSWER_MS = 4000;

export function follow(namespace, { auth = {}, on = {}, poll, polled, pollMs = 2000, quietMs = 5000, onLive = () => {} }) {
  const socket = io(namespace, {
    auth,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 1500,
    randomizationFactor: 0.5,
    timeout: ANSWER_MS,
  });
  let heardAt = performance.now(); // by either way; the page itself has just come
  let socketAt = heardAt; // the socket's last sign of life, or the last time it was opened anew
  let polledAt = heardAt;
  let isPolling = false;
  let isLive = true;

  const isQuiet = (since) => performance.now() - since > quietMs;

  function heard() {
    heardAt = performance.now();
    tellIfChanged();
  }

  function tellIfChanged() {
    const live = !isQuiet(heardAt);
    if (live !== isLive) {
      isLive = live;
      onLive(live, heardAt);
    }
  }

  async function pollOnce() {
    isPolling = true;
    polledAt = performance.now();
    try {
      const answer = await poll();
      // What was asked before the socket came back may be older than what the socket has brought since.
      if (!socket.connected || isQuiet(socketAt)) {
        heard();
        polled(answer);
      }
    } catch {
      // Not heard; the next round asks again.
    } finally {
      isPolling = false;
    }
  }

  function tick() {
    const now = performance.now();
    if (!socket.active && now - socketAt > RETRY_REFUSED_MS) {
      socketAt = now;
      socket.connect(); // the server refused or dismissed it, which the client takes for final
    } else if (socket.connected && isQuiet(socketAt)) {
      socketAt = now;
      socket.disconnect().connect();
    }
    if (poll && !socket.connected && !isPolling && now - polledAt > pollMs) pollOnce();
    tellIfChanged();
  }

  socket.onAny(() => {
    socketAt = performance.now();
    heard();
  });
  socket.on("connect", () => { socketAt = performance.now(); });
  socket.on("disconnect", () => { socketAt = performance.now(); });
  for (const [event, handler] of Object.entries(on)) socket.on(event, handler);

  const timer = setInterval(tick, TICK_MS);
  // A page that slept, or whose network came back, looks at once instead of at its next turn.
  const wake = () => { polledAt = -Infinity; tick(); };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);

  return {
    ask: (event, ...args) => socket.timeout(ANSWER_MS).emitWithAck(event, ...args),
    stop() {
      clearInterval(timer);
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      socket.disconnect();
    },
  };
}

/** JSON by HTTP, never from a cache. Rejects on an error status or after 4 s. */
export async function getJson(url) {
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}
