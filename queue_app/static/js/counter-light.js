/* The light above one counter. It draws its own counter out of the same board that the waiting room's display has. */

import { followBoards } from "./boards.js";
import { ServerClock } from "./clock.js";
import { keepAwake, keepRenewed, officeTimes, setText, showStale } from "./wall.js";

const FLASH_MS = 10_000;
const IDLE_MS = 60_000;
const first = JSON.parse(document.body.dataset.board);
const number = Number(document.body.dataset.counter);
const clock = new ServerClock(first.as_of, 0); // asked for when the page's own time began
const times = officeTimes(first.timezone);
const byId = (id) => document.getElementById(id);
let calledAt = -Infinity; // of the number that is or was last shown here
let calm;

const renewal = keepRenewed({ isIdle: () => clock.at() - calledAt > IDLE_MS });

/** What a counter is doing: the state of whoever is at it, or else its own. */
function stateOf(call, counter) {
  if (call) return call.state === "CALLED" ? "called" : "serving";
  return (counter?.state ?? "CLOSED").toLowerCase();
}

function show(board) {
  const call = board.now_serving.find((one) => one.counter === number);
  const counter = board.counters.find((one) => one.number === number);
  const state = stateOf(call, counter);
  document.body.dataset.state = state;
  const label = byId("label");
  label.hidden = !call;
  setText(label, call?.label ?? "");
  label.style.setProperty("--characters", call?.label.length ?? 1);
  for (const words of [byId("words"), byId("english")]) setText(words, words.dataset[state]);
  setText(byId("services"), state === "open" || state === "paused" ? namesOf(counter.services, board) : "");
  if (call) flash(Date.parse(call.called_at));
  renewal.hear(board);
  tick();
}

function namesOf(codes, board) {
  const names = new Map(board.waiting.map(({ service, name }) => [service, name.id]));
  return codes.map((code) => names.get(code)).filter(Boolean).join(" · ");
}

/** Draws the eye for as long as the call is new, as the waiting room's display does. */
function flash(at) {
  if (at === calledAt) return;
  calledAt = at;
  const left = at + FLASH_MS - clock.at();
  document.body.classList.toggle("is-new", left > 0);
  clearTimeout(calm);
  calm = setTimeout(() => document.body.classList.remove("is-new"), Math.max(0, left));
}

function tick() {
  setText(byId("time"), times.time.format(clock.at()));
}

followBoards({ first, clock, show, onLive: (live, since) => showStale(live, since, times) });
setInterval(tick, 1000);
keepAwake();
