/* The ticket's page, kept right while it is open. All words stand in the page; here only parts are shown and hidden and
   a few figures set. */

import { ServerClock } from "./clock.js";
import { keepPage, keepState, keptState } from "./kept.js";
import { beginLeave, leaveFor } from "./leave.js";
import { beginShare } from "./share.js";
import { follow, getJson } from "./socket.js";

const page = document.querySelector("[data-ticket]");
const POLL_MS = 5000;
const POLL_UNSEEN_MS = 15000;
const FINAL = ["SERVED", "NO_SHOW", "CANCELLED", "EXPIRED"];

const isKept = page.dataset.kept === "yes"; // shown without a connection, as it once was
const office = new ServerClock(page.dataset.asOf);
const now = () => (page.dataset.kept === "yes" ? Date.now() : office.at().getTime());

let newest = 0; // the office's version that the page shows
let calledAt = page.dataset.state === "CALLED" ? "shown" : null;
let polledAt = 0;

const set = (name, text) => page.querySelectorAll(`[data-${name}]`).forEach((part) => {
  if (part.textContent !== `${text}`) part.textContent = text;
});
const show = (name, yes) => page.querySelectorAll(`[data-has="${name}"]`).forEach((part) => { part.hidden = !yes; });

function isAnotherTicketNow(ticket) {
  const { date, slot, service, label } = page.dataset;
  return ticket.date !== date || (ticket.slot ?? "") !== slot || ticket.service !== service || ticket.label !== label;
}

/* The live link has spoken: what the page shows is so, now. */
function showLive(ticket) {
  page.dataset.kept = "no";
  showTicket(ticket);
  tellIfStale(true);
  leaveFor(ticket);
  keepState(ticket, office.at());
}

function showTicket(ticket) {
  if (ticket.office_version !== undefined) {
    if (ticket.office_version < newest) return; // overtaken on its way
    newest = ticket.office_version;
  }
  if (isAnotherTicketNow(ticket)) {
    if (page.dataset.kept === "no") location.reload();
    return;
  }
  page.dataset.state = ticket.state;
  page.querySelectorAll("[data-when]").forEach((part) => {
    part.hidden = !part.dataset.when.split(" ").includes(ticket.state);
  });
  show("position", ticket.position !== undefined);
  show("next", ticket.position === 1);
  show("later", ticket.position > 1);
  show("estimate", ticket.estimate !== undefined);
  show("no-estimate", ticket.estimate === undefined);
  show("late-possible", ticket.estimate?.after_hours === "possible");
  show("late-likely", ticket.estimate?.after_hours === "likely");
  show("at-counters", ticket.at_counters !== undefined);
  set("at-counters", (ticket.at_counters ?? []).join(", "));
  show("paused", ticket.paused === true);
  showSaid(ticket.messages ?? []);
  show("defer", ticket.defers_left > 0);
  show("no-defer", ticket.defers_left === 0);
  if (ticket.position) {
    set("position", ticket.position);
    set("ahead", ticket.position - 1);
  }
  if (ticket.defers_left !== undefined) set("defers", ticket.defers_left);
  page.querySelectorAll("input[name=version]").forEach((field) => { field.value = ticket.version; });
  showWhy(ticket);
  if (ticket.estimate) {
    set("low", ticket.estimate.low_minutes);
    set("high", ticket.estimate.high_minutes);
  }
  if (ticket.counter) set("counter", ticket.counter);
  tellOfCall(ticket);
}

/* What the office tells everyone who waits; drawn anew only when it is something else. */
function showSaid(texts) {
  const list = page.querySelector("[data-said]");
  const shown = [...list.querySelectorAll("span")].map((part) => part.textContent);
  if (JSON.stringify(shown) === JSON.stringify(texts)) return;
  const one = page.querySelector("[data-said-one]");
  list.replaceChildren(...texts.map((text) => {
    const item = one.content.cloneNode(true);
    item.querySelector("span").textContent = text;
    return item;
  }));
}

function showWhy(ticket) {
  const reason = ticket.call_reason;
  show("why", reason !== undefined);
  if (!reason) return;
  page.querySelectorAll("[data-why]").forEach((part) => { part.hidden = !part.dataset.why.split(" ").includes(reason.why); });
  set("called-at", ticket.called_at.slice(11, 16)); // on the office's wall clock
  page.querySelectorAll("[data-waited]").forEach((part) => {
    part.textContent = reason.waited_minutes || part.dataset.few;
  });
}

/* Each call and each recall is told once: the title, and the phone shakes. */
function tellOfCall(ticket) {
  const isCalled = ticket.state === "CALLED";
  document.title = isCalled ? `${page.dataset.calledTitle} ${ticket.counter} · ${ticket.label}` : page.dataset.title;
  if (isCalled && calledAt !== "shown" && ticket.called_at !== calledAt) navigator.vibrate?.([400, 200, 400]);
  calledAt = isCalled ? ticket.called_at : null;
}

/* Asked every 5 s while the socket is down, every 15 s while nobody looks. */
function poll() {
  const now = performance.now();
  if (document.hidden && now - polledAt < POLL_UNSEEN_MS) return Promise.reject(new Error("not looked at"));
  polledAt = now;
  return getJson(page.dataset.api);
}

function tellIfStale(isLive, at = office.at()) {
  const banner = document.querySelector("[data-stale]");
  if (!isLive) banner.querySelector("[data-stale-since]").textContent = timeOf(at);
  banner.hidden = isLive;
  page.classList.toggle("is-stale", !isLive);
}

/* An hour and minute of the office, with the day when it is not today. */
function timeOf(at) {
  const zone = { timeZone: page.dataset.zone };
  const time = at.toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
  const day = (instant) => instant.toLocaleDateString(document.documentElement.lang, { ...zone, day: "numeric", month: "long" });
  return day(at) === day(new Date(now())) ? time : `${day(at)}, ${time}`;
}

/* Nothing can be sent without a connection: the buttons say so instead of losing the page. */
function enableButtons() {
  const canSend = navigator.onLine && page.dataset.kept === "no";
  document.querySelectorAll("form:not([data-way-form]) button").forEach((button) => { button.disabled = !canSend; });
}

async function showKept() {
  tellIfStale(false, new Date(page.dataset.asOf));
  const kept = await keptState(page.dataset.ticket);
  if (kept === null || page.dataset.kept === "no" || Date.parse(kept.at) < Date.parse(page.dataset.asOf)) return;
  calledAt = "shown"; // a call of then is no news
  showTicket(kept.ticket);
  leaveFor({ state: page.dataset.state });
  tellIfStale(false, new Date(kept.at));
}

let heardAt = office.at();
const heard = (handler) => (message) => { heardAt = office.at(); handler(message); enableButtons(); };

window.addEventListener("offline", () => { tellIfStale(false, heardAt); enableButtons(); });
window.addEventListener("online", enableButtons);

beginLeave(page, now);
if (isKept) {
  leaveFor({ state: page.dataset.state }); // a slot is known; a wait of then says nothing
  showKept();
} else {
  const { state, low } = { state: page.dataset.state, low: page.querySelector("[data-low]").textContent };
  leaveFor({ state, estimate: low ? { low_minutes: Number(low) } : undefined });
}
enableButtons();

if (!FINAL.includes(page.dataset.state) || page.dataset.state === "NO_SHOW" || isKept) {
  follow("/ticket", {
    auth: { ticket: page.dataset.ticket },
    on: {
      ticket: heard(showLive),
      heartbeat: heard(({ as_of: asOf }) => {
        office.sync(asOf);
        if (page.dataset.kept === "no") tellIfStale(true);
      }),
      disconnect: () => { newest = 0; },
    },
    poll,
    polled: heard(showLive),
    pollMs: POLL_MS,
    quietMs: 25000,
    onLive: (isLive) => { if (!isLive) tellIfStale(false, heardAt); },
  });
}

beginShare(page.dataset.title);
keepPage().catch(() => {}); // a browser that forbids it: then the ticket needs a connection

const print = page.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
