/* A waiting room's display. It holds one whole board at a time, and shows a newer one as it comes. */

import { ServerClock } from "./clock.js";
import { follow, getJson } from "./socket.js";
import { Voice } from "./voice.js";

const FLASH_MS = 10_000; // a call older than this is never shown as new, whatever was missed
const first = JSON.parse(document.body.dataset.board);
const clock = new ServerClock(first.as_of);
const byId = (id) => document.getElementById(id);
const voice = "AudioContext" in window ? new Voice({ office: first.office, clock }) : null;

let shown = null; // the board on the screen
let floor = null; // the board that this connection's next one must not be older than
let seenUntil = 0; // the latest call that was on the screen, in milliseconds

// ---- which board is right ----

function isOlder(board, than) {
  if (than === null) return false;
  if (board.version !== than.version) return board.version < than.version;
  return Date.parse(board.as_of) < Date.parse(than.as_of);
}

/** A board of the running connection: they may overtake each other. */
function offer(board) {
  if (!isOlder(board, floor)) show(board);
}

/** The answer to a question of this connection. It may be of a lower version, if the database was put back. */
function accept(board) {
  if (floor === null || board.version > floor.version || Date.parse(board.as_of) >= Date.parse(floor.as_of)) show(board);
}

function show(board) {
  floor = board;
  clock.sync(board.as_of);
  const isNew = newCalls(board);
  showNewest(board.now_serving[0], isNew);
  showServing(board.now_serving, isNew);
  showList("recent", board.recent, { columns: 5 });
  showWaiting(board.waiting);
  showToldAll(board.messages ?? []);
  shown = board;
  tick();
  if (board.announcements) voice?.hear(board); // the page's own first board has none
}

/** Tells of each call whether it happened just now; what this display has shown before, or is old, did not. */
function newCalls(board) {
  const asOf = Date.parse(board.as_of);
  const since = Math.max(seenUntil, asOf - FLASH_MS);
  seenUntil = Math.max(seenUntil, ...board.now_serving.map((call) => Date.parse(call.called_at)));
  return (call) => Date.parse(call.called_at) > since;
}

// ---- drawing ----

/** Redraws a part only when it differs from what is there, so that nothing moves without a reason. */
function changed(part, content) {
  const text = JSON.stringify(content);
  if (part.dataset.shown === text) return false;
  part.dataset.shown = text;
  return true;
}

function fill(templateId, values) {
  const copy = byId(templateId).content.cloneNode(true);
  for (const place of copy.querySelectorAll("[data-field]")) place.textContent = values[place.dataset.field];
  return copy;
}

function showList(name, items, { columns, each = () => {} }) {
  const list = byId(name);
  if (!changed(list, items)) return;
  list.style.setProperty("--columns", items.length ? columns : 1);
  list.style.setProperty("--rows", Math.max(1, Math.ceil(items.length / columns)));
  list.replaceChildren(
    ...items.map((item) => {
      const row = fill(`${name}-row`, item).firstElementChild;
      each(row, item);
      return row;
    }),
  );
  if (!items.length) list.replaceChildren(fill(`${name}-none`, {}));
}

function showNewest(call, isNew) {
  const part = byId("newest");
  if (changed(part, call ? [call.label, call.counter] : null)) {
    byId("newest-content").replaceChildren(fill(call ? "newest-call" : "newest-none", call ?? {}));
    part.style.setProperty("--characters", call ? call.label.length : 1);
    part.classList.toggle("newest--none", !call);
    part.classList.remove("is-new");
  }
  if (call && isNew(call)) flash(part, call);
}

function showServing(calls, isNew) {
  // By counter, so that a row stays in its place while its number is served.
  const byCounter = [...calls].sort((one, other) => one.counter - other.counter);
  const news = byCounter.filter(isNew);
  showList("serving", byCounter, {
    columns: columnsFor(byCounter.length, 6),
    each: (row, call) => {
      row.dataset.state = call.state;
      row.dataset.counter = call.counter;
    },
  });
  for (const call of news) flash(document.querySelector(`#serving [data-counter="${Number(call.counter)}"]`), call);
}

function showWaiting(services) {
  const items = services.map(({ prefix, name, count, paused }) => ({ prefix, name: name.id, count, paused }));
  showList("waiting", items, {
    columns: columnsFor(items.length, 4),
    each: (row, { count, paused }) => {
      row.classList.toggle("queue--empty", count === 0);
      row.classList.toggle("queue--paused", paused === true);
    },
  });
}

/** What the office tells everyone who waits: the newest three, one after the other in one line. */
function showToldAll(messages) {
  const part = document.getElementById("told-all");
  const text = messages.slice(0, 3).map((message) => message.text).join("   •   ");
  part.hidden = !text;
  const words = document.getElementById("told-all-text");
  if (words.textContent !== text) words.textContent = text;
}

function columnsFor(count, most) {
  return Math.max(1, Math.ceil(count / most));
}

/** Draws the eye for as long as the call is new. The movement itself is in the stylesheet, for those who want it. */
function flash(part, call) {
  part.classList.remove("is-new");
  void part.offsetWidth; // lets the movement start again
  part.classList.add("is-new");
  const left = Date.parse(call.called_at) + FLASH_MS - clock.at();
  clearTimeout(part.calm);
  part.calm = setTimeout(() => part.classList.remove("is-new"), Math.max(0, left));
}

// ---- time ----

const inOffice = { timeZone: first.timezone };
const dateText = new Intl.DateTimeFormat("id-ID", { ...inOffice, weekday: "long", day: "numeric", month: "long", year: "numeric" });
const timeText = new Intl.DateTimeFormat("en-GB", { ...inOffice, hour: "2-digit", minute: "2-digit" }); // 09:05

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  const now = clock.at();
  setText(byId("date"), dateText.format(now));
  setText(byId("time"), timeText.format(now));
}

function showStale(live, heardAt) {
  byId("stale").hidden = live;
  for (const since of document.querySelectorAll(".stale__since")) setText(since, timeText.format(clock.at(heardAt)));
}

// ---- the link ----

show(first);
setInterval(tick, 1000);

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
  polled: show,
  onLive: showStale,
});
