/* The ticket's page, kept right while it is open. All words stand in the page; here only parts are shown and hidden and
   a few figures set. */

import { follow, getJson } from "./socket.js";

const page = document.querySelector("[data-ticket]");
const POLL_MS = 5000;
const POLL_UNSEEN_MS = 15000;
const FINAL = ["SERVED", "NO_SHOW", "CANCELLED", "EXPIRED"];

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

function showTicket(ticket) {
  if (ticket.office_version !== undefined) {
    if (ticket.office_version < newest) return; // overtaken on its way
    newest = ticket.office_version;
  }
  if (isAnotherTicketNow(ticket)) {
    location.reload();
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
  if (ticket.position) set("position", ticket.position);
  if (ticket.estimate) {
    set("low", ticket.estimate.low_minutes);
    set("high", ticket.estimate.high_minutes);
  }
  if (ticket.counter) set("counter", ticket.counter);
  tellOfCall(ticket);
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

function tellIfStale(isLive, heardAt) {
  const banner = document.querySelector("[data-stale]");
  const since = new Date(Date.now() - (performance.now() - heardAt));
  const clock = since.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  banner.querySelector("[data-stale-since]").textContent = clock;
  banner.hidden = isLive;
}

if (!FINAL.includes(page.dataset.state) || page.dataset.state === "NO_SHOW") {
  follow("/ticket", {
    auth: { ticket: page.dataset.ticket },
    on: { ticket: showTicket, disconnect: () => { newest = 0; } },
    poll,
    polled: showTicket,
    pollMs: POLL_MS,
    quietMs: 25000,
    onLive: tellIfStale,
  });
}

const print = page.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
