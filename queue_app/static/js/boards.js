/* The newest board of an office, for every page that hangs on a wall.

   followBoards({
     first,                              // the board that the page came with
     clock,                              // the page's ServerClock, set right by every board
     show: (board) => {},                // called with the first board at once, then with each newer one
     onLive: (live, since) => {},        // since: when the page was last live, as a Date
   })

   Boards may overtake each other on their way: within one connection only newer ones are shown. */

import { screenOf } from "./screen.js";
import { follow, getJson } from "./socket.js";

const QUIET_MS = 4500; // with the moment until it is noticed, less than 5 s pass before the page says that it is not live
const TRUE_UP_MS = 300_000; // the clock of a TV runs wrong by a second in some hours

export function followBoards({ first, clock, show, onLive }) {
  const screen = screenOf(first);
  let shown = null; // the board on the screen
  let floor = null; // the board that this connection's next one must not be older than

  function take(board) {
    floor = board;
    shown = board;
    clock.sync(board.as_of);
    screen?.heed(board, clock);
    show(board);
  }

  /** A board of the running connection. After a standstill it may be of long ago. */
  function offer(board) {
    if (link.isSure() && !isOlder(board, floor)) take(board);
  }

  /** The answer to a question. It may be of a lower version, if the database was put back. */
  function accept(board, askedAt) {
    clock.sync(board.as_of, askedAt);
    if (floor === null || board.version > floor.version || Date.parse(board.as_of) >= Date.parse(floor.as_of)) take(board);
  }

  async function ask() {
    const askedAt = performance.now();
    accept(await link.ask("snapshot"), askedAt);
  }

  const askQuietly = () => ask().catch(() => {}); // unanswered: the next heartbeat that differs asks again

  take(first);
  floor = null; // the connection's first board is shared with other displays, so it may be a moment older, and has more
  const link = follow("/display", {
    auth: { office: first.office, ...screen?.link.auth },
    on: {
      ...screen?.link.on,
      board: offer,
      heartbeat({ version }) {
        if (version !== shown.version) askQuietly();
      },
      disconnect() {
        floor = null; // the server may come back with another database: its first board is right, whatever its version
      },
    },
    age(message) {
      if (!message?.as_of) return 0;
      clock.sync(message.as_of);
      return clock.since(message.as_of);
    },
    poll: screen?.link.poll ?? (() => getJson(`/display/${encodeURIComponent(first.office)}/board`)),
    polled: accept,
    quietMs: QUIET_MS,
    onLive: (live, heardAt) => onLive(live, clock.at(heardAt)),
  });
  setInterval(askQuietly, TRUE_UP_MS);
  screen?.report(link);
}

function isOlder(board, than) {
  if (than === null) return false;
  if (board.version !== than.version) return board.version < than.version;
  return Date.parse(board.as_of) < Date.parse(than.as_of);
}
