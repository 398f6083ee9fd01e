/* The newest board of an office, for every page that hangs on a wall.

   followBoards({
     first,                              // the board that the page came with
     clock,                              // the page's ServerClock, set right by every board
     show: (board) => {},                // called with the first board at once, then with each newer one
     onLive: (live, since) => {},        // since: when the page was last live, as a Date
   })

   Boards may overtake each other on their way: within one connection only newer ones are shown. */

import { follow, getJson } from "./socket.js";

export function followBoards({ first, clock, show, onLive }) {
  let shown = null; // the board on the screen
  let floor = null; // the board that this connection's next one must not be older than

  function take(board) {
    floor = board;
    shown = board;
    clock.sync(board.as_of);
    show(board);
  }

  /** A board of the running connection. */
  function offer(board) {
    if (!isOlder(board, floor)) take(board);
  }

  /** The answer to a question of this connection. It may be of a lower version, if the database was put back. */
  function accept(board) {
    if (floor === null || board.version > floor.version || Date.parse(board.as_of) >= Date.parse(floor.as_of)) take(board);
  }

  take(first);
  const link = follow("/display", {
    auth: { office: first.office },
    on: {
      board: offer,
      heartbeat({ version, as_of: asOf }) {
        clock.sync(asOf);
        if (version !== shown.version) link.ask("snapshot").then(accept, () => {}); // unanswered: the next heartbeat asks again
      },
      disconnect() {
        floor = null; // the server may come back with another database: its first board is right, whatever its version
      },
    },
    poll: () => getJson(`/display/${encodeURIComponent(first.office)}/board`),
    polled: take,
    onLive: (live, heardAt) => onLive(live, clock.at(heardAt)),
  });
}

function isOlder(board, than) {
  if (than === null) return false;
  if (board.version !== than.version) return board.version < than.version;
  return Date.parse(board.as_of) < Date.parse(than.as_of);
}
