/* One live link from a page to the office: websocket first, back within moments, watched, with polling as its stand-in.

   follow("/display", {
     auth: { office: "senapelan" },       // goes with every connect
     on: { board: show },                 // handlers of the socket's messages (and of "connect", "disconnect")
     age: (message) => 0,                 // how many ms ago the server sent a message: what comes late is not live
     poll: () => getJson("/api/..."),     // asked by HTTP every pollMs while the socket is down, silent or in doubt
     polled: (answer, askedAt) => {},     // gets what poll() resolved to, unless the socket has brought news since
     pollMs: 2000,
     quietMs: 5000,                       // with nothing heard for this long the page is no longer live
     onLive: (live, heardAt) => {},       // when that changes; heardAt is a performance.now()
   })

   The server sends a heartbeat every 2 s to /display and /desk and every 10 s to /ticket (use quietMs: 25000 there).
   A socket that stays silent for more than half of quietMs is doubted: the office is asked by HTTP meanwhile. Silent for
   all of it, the socket is taken for dead and opened anew. A question that hangs does not keep the next one from being
   asked. A page that stood still (frozen, asleep) is not live until a question asked since has been answered.

   Returned: ask(event) resolves to the server's answer, isSure() tells whether the page has not stood still since it
   last had an answer, stop() ends it all.

   Messages of one connection may overtake each other: compare their `version`. Those of a new connection owe nothing
   to the old one (the server may have another database by then), so forget the last version on "disconnect". */

import { io } from "../vendor/socket.io-client-4.8.4/socket.io.esm.min.js";

const TICK_MS = 250;
const RETRY_REFUSED_MS = 3000;
const ANSWER_MS = 4000;
const MOST_ASKED = 3; // at once: a browser has six connections to one server

export function follow(namespace, { auth = {}, on = {}, age = () => 0, poll, polled = () => {}, pollMs = 2000, quietMs = 5000, onLive = () => {} }) {
  const silentMs = quietMs * 0.6;
  const socket = io(namespace, {
    auth,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 1500, // with the random half at most 2.25 s, however long the server is gone
    randomizationFactor: 0.5,
    timeout: ANSWER_MS,
    requestTimeout: quietMs + ANSWER_MS, // else a request that the network swallowed keeps its connection for ever
  });
  let heardAt = performance.now(); // when what was heard last was so, by either way; the page itself has just come
  let socketAt = heardAt; // the socket's last sign of life, or the last time it was opened anew
  let newsAt = heardAt; // the socket's last message
  let polledAt = heardAt;
  let asking = 0;
  let isLive = true;
  let stoodStillAt = -Infinity; // when it was noticed; only an answer to what was asked after it ends the doubt
  let ran = { steady: heardAt, wall: Date.now() }; // when the page was last seen to run; the steady clock stops in sleep

  const isOver = (since, ms) => performance.now() - since > ms;
  const isSure = () => stoodStillAt === -Infinity;

  function noticeStandstill() {
    const now = { steady: performance.now(), wall: Date.now() };
    if (Math.max(now.steady - ran.steady, now.wall - ran.wall) > quietMs) {
      stoodStillAt = now.steady;
      polledAt = -Infinity;
    }
    ran = now;
  }

  function heard(since) {
    heardAt = Math.max(heardAt, since);
    tellIfChanged();
  }

  function answered(askedAt) {
    if (askedAt >= stoodStillAt) stoodStillAt = -Infinity;
    heard(askedAt);
  }

  function tellIfChanged() {
    const live = isSure() && !isOver(heardAt, quietMs);
    if (live !== isLive) {
      isLive = live;
      onLive(live, heardAt);
    }
  }

  async function pollOnce() {
    const askedAt = performance.now();
    polledAt = askedAt;
    asking += 1;
    try {
      const answer = await poll();
      const wasSure = isSure();
      answered(askedAt);
      // What was asked before the socket came back may be older than what the socket has brought since.
      if (!wasSure || !socket.connected || newsAt < askedAt) polled(answer, askedAt);
    } catch {
      // Not heard; the next round asks again.
    } finally {
      asking -= 1;
    }
  }

  function tick() {
    noticeStandstill();
    if (!socket.active && isOver(socketAt, RETRY_REFUSED_MS)) {
      socketAt = performance.now();
      socket.connect(); // the server refused or dismissed it, which the client takes for final
    } else if (socket.connected && isOver(socketAt, quietMs)) {
      socketAt = performance.now();
      socket.disconnect().connect();
    }
    const isInDoubt = !socket.connected || isOver(socketAt, silentMs) || !isLive;
    if (poll && isInDoubt && asking < MOST_ASKED && isOver(polledAt, pollMs)) pollOnce();
    tellIfChanged();
  }

  socket.onAny((_event, message) => {
    noticeStandstill();
    socketAt = newsAt = performance.now();
    heard(newsAt - age(message));
  });
  socket.on("connect", () => { socketAt = performance.now(); });
  socket.on("disconnect", () => { socketAt = performance.now(); });
  for (const [event, handler] of Object.entries(on)) socket.on(event, handler);

  const timer = setInterval(tick, TICK_MS);
  // A page that slept, or whose network came back, looks at once instead of at its next turn.
  const wake = () => { polledAt = -Infinity; tick(); };
  const wakings = [[window, "online"], [document, "visibilitychange"], [document, "resume"]];
  for (const [target, event] of wakings) target.addEventListener(event, wake);

  return {
    isSure,
    ask: (event, ...args) => socket.timeout(ANSWER_MS).emitWithAck(event, ...args),
    stop() {
      clearInterval(timer);
      for (const [target, event] of wakings) target.removeEventListener(event, wake);
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
