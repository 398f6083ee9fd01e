/* A waiting room's display. It holds one whole board at a time, and shows a newer one as it comes. */

import { followBoards } from "./boards.js";
import { ServerClock } from "./clock.js";
import { applyLook } from "./look.js";
import { MediaPanel } from "./media-panel.js";
import { Pager } from "./pager.js";
import { RunningText } from "./running-text.js";
import { Voice } from "./voice.js";
import { keepAwake, keepRenewed, officeTimes, setText, showStale } from "./wall.js";

const FLASH_MS = 10_000; // a call older than this is never shown as new, whatever was missed
const NEXT = 5;
const IDLE_MS = 60_000; // with no call for so long nobody misses the page for a moment
const first = JSON.parse(document.body.dataset.board);
const clock = new ServerClock(first.as_of, 0); // asked for when the page's own time began
const times = officeTimes(first.timezone);
const dayText = new Intl.DateTimeFormat("id-ID", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" });
const dayTextEnglish = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" });
const byId = (id) => document.getElementById(id);
const voice = "AudioContext" in window ? new Voice({ office: first.office, clock }) : null;
const renewal = keepRenewed({ isIdle: () => clock.at() - seenUntil > IDLE_MS });
const running = new RunningText(byId("running"));
const media = new MediaPanel({ place: byId("media"), onChange: giveWay });
const waiting = new Pager({ counter: byId("waiting-page"), draw: drawWaiting });

const onItsSide = matchMedia("(orientation: portrait)");

let shown = first; // the board on the screen
let seenUntil = 0; // the latest call that was on the screen, in milliseconds

function show(board) {
  shown = board;
  const isNew = newCalls(board);
  showNewest(board, isNew);
  showServing(board.now_serving, isNew);
  showList("recent", board.recent, { columns: 5 });
  showNext(board);
  showWaiting(board);
  showToldAll(board.messages ?? []);
  applyLook(board.content);
  running.show(board.content.lines);
  media.show(board.content.media);
  tick();
  renewal.hear(board);
  if (board.announcements) voice?.hear(board); // the page's own first board has none
}

/** Tells of each call whether it happened just now; what this display has shown before, or is old, did not. A board may
    have been long on its way, so its own time does not tell. */
function newCalls(board) {
  const since = Math.max(seenUntil, clock.at() - FLASH_MS);
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

/** `rows`: as many as the list has place for, when it is one page of several; left out, as many as there are. */
function showList(name, items, { columns, rows = Math.ceil(items.length / columns), each = () => {} }) {
  const list = byId(name);
  if (!changed(list, [columns, items])) return;
  list.style.setProperty("--columns", items.length ? columns : 1);
  list.classList.toggle("rows__grid--narrow", columns > 2);
  list.style.setProperty("--rows", Math.max(1, rows));
  list.replaceChildren(
    ...items.map((item) => {
      const row = fill(`${name}-row`, item).firstElementChild;
      each(row, item);
      return row;
    }),
  );
  if (!items.length) list.replaceChildren(fill(`${name}-none`, {}));
}

function showNewest(board, isNew) {
  const part = byId("newest");
  const call = board.now_serving[0];
  const rest = call ? null : whyNobody(board.ahead.office);
  if (changed(part, call ? [call.label, call.counter] : rest)) {
    byId("newest-content").replaceChildren(fill(call ? "newest-call" : rest.template, call ?? rest));
    part.style.setProperty("--characters", call ? call.label.length : 1);
    part.classList.toggle("newest--none", !call);
    part.classList.remove("is-new");
  }
  if (call && isNew(call)) flash(part, call);
}

/** What is said while no number is at a counter: to wait, or when the office opens again. */
function whyNobody(office) {
  if (office.open) return { template: "newest-none" };
  const day = office.next_day && !office.break ? dayText.format(new Date(`${office.next_day}T12:00:00Z`)) : "";
  const dayEnglish = office.next_day && !office.break ? dayTextEnglish.format(new Date(`${office.next_day}T12:00:00Z`)) : "";
  const opens = office.opens ? `Buka lagi ${[day, `pukul ${office.opens}`].filter(Boolean).join(" ")}` : "";
  const english = office.opens ? `Opens again ${[dayEnglish, `at ${office.opens}`].filter(Boolean).join(" ")}` : "";
  return { template: office.break ? "newest-break" : "newest-closed", reason: office.reason ?? "", opens, english };
}

function showServing(calls, isNew) {
  // By counter, so that a row stays in its place while its number is served.
  const byCounter = [...calls].sort((one, other) => one.counter - other.counter);
  const news = byCounter.filter(isNew);
  showList("serving", byCounter, {
    columns: servingColumns(byCounter.length),
    each: (row, call) => {
      row.dataset.state = call.state;
      row.dataset.counter = call.counter;
    },
  });
  for (const call of news) flash(document.querySelector(`#serving [data-counter="${Number(call.counter)}"]`), call);
}

/** Who is called soon, where the office wants it known: then the earlier calls have half the place. */
function showNext(board) {
  const isShown = board.content.look.shows_next;
  document.body.classList.toggle("has-next", isShown);
  byId("next-part").hidden = !isShown;
  if (isShown) showList("next", board.ahead.next.slice(0, NEXT), { columns: NEXT });
}

/** Every service with who waits for it and how long: a few at a time, so that they can be read from the last row. */
function showWaiting(board) {
  const ahead = new Map(board.ahead.services.map((one) => [one.service, one]));
  const items = board.waiting.map(({ service, prefix, name, count, paused }) => {
    const { wait, offer } = ahead.get(service) ?? {};
    const state = paused ? "paused" : (offer === "stopped" || offer === "closed" || offer === "sold_out") && !count ? offer : "";
    return { prefix, name: name.id, english: name.en, count, state, ...waitWords(wait) };
  });
  waiting.show(items, { columns: 1, rows: hasMedia() && onItsSide.matches ? 3 : 4 });
}

/** From two hours on in whole hours: nobody plans such a wait by the minute. */
function waitWords(wait) {
  if (!wait) return { from_to: "", unit: "" };
  const { low_minutes: low, high_minutes: high } = wait;
  if (high < 120) return { from_to: `${low}–${high}`, unit: "menit" };
  return { from_to: `${Math.floor(low / 60)}–${Math.ceil(high / 60)}`, unit: "jam" };
}

function drawWaiting(items, size) {
  showList("waiting", items, {
    ...size,
    each: (row, { count, state, from_to: fromTo }) => {
      row.classList.toggle("queue--empty", count === 0);
      row.classList.toggle("queue--paused", state === "paused");
      row.dataset.state = fromTo && state !== "paused" ? "" : state;
      row.querySelector(".queue__wait").hidden = !fromTo || state === "paused";
    },
  });
}

/** What the office tells everyone who waits: the newest three, one after the other in one line. */
function showToldAll(messages) {
  const part = byId("told-all");
  const text = messages.slice(0, 3).map((message) => message.text).join("   •   ");
  part.hidden = !text;
  setText(byId("told-all-text"), text);
}

/** Pictures take the place of some rows. */
function servingColumns(count) {
  if (!hasMedia()) return Math.max(1, Math.ceil(count / 6));
  return Math.min(3, Math.max(1, Math.ceil(count / 3)));
}

function hasMedia() {
  return document.body.classList.contains("has-media");
}

function giveWay(isShown) {
  if (hasMedia() === isShown) return;
  document.body.classList.toggle("has-media", isShown);
  showServing(shown.now_serving, () => false);
  showWaiting(shown);
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

function tick() {
  const now = clock.at();
  setText(byId("date"), times.date.format(now));
  setText(byId("time"), times.time.format(now));
}

// ---- the link ----

followBoards({ first, clock, show, onLive: (live, since) => showStale(live, since, times) });
setInterval(tick, 1000);
keepAwake();
