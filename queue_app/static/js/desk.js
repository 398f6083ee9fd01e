/* The desk: moves without leaving the page, a key for each of them, times that run, and what is new as it comes.
   Without this script every move is a form all the same. */

import { keepTime, secondsOf } from "./elapsed.js";
import { forgetNote, keepPapers, noteOf } from "./desk-notes.js";
import { keepLive } from "./live.js";

const SEND_MS = 15000;
const KEYS_OFF = "antrean.desk.keys-off";
const HERE = "antrean.desk.here";

const region = document.getElementById("desk-live");
const told = document.getElementById("desk-told");
let isSending = false;
let isQuiet = false; // nothing has been heard from the office for a while
let isCutOff = false; // a move could not be sent, and nothing was heard since
let wasLinked = true;
let hasSlept = false; // the computer did, and nothing was pressed since
const live = keepLive({
  region,
  url: "/desk/live",
  banner: document.querySelector("[data-stale]"),
  home: () => document.getElementById("primary"),
  busy: () => isSending,
  changed() {
    isCutOff = false;
    showLink();
    showKeysSetting();
    keepPapers(region);
    rememberWhoIsHere();
  },
  linked(isLinked) {
    isQuiet = !isLinked;
    showLink();
  },
});

/* ---- Moves ---- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-deed]") || event.submitter?.formMethod === "dialog") return;
  event.preventDefault();
  if (isSending) return;
  if (!isLinked()) {
    tell(told.dataset.offline, "error"); // and nothing waits to be sent later
    return;
  }
  if (event.submitter && asksFirst(event.submitter)) return;
  send(form);
});

// The second click of a double click would press what has just appeared in the same place.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("[data-deed] button")) event.preventDefault();
}, { capture: true });

/** Whether a service so short is asked about first. */
function asksFirst(button) {
  const question = document.getElementById("ask-short");
  if (!button.dataset.short || !question || secondsOf(button) >= Number(button.dataset.short)) return false;
  open(question);
  return true;
}

async function send(form) {
  isSending = true;
  hasSlept = false;
  region.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams(new FormData(form));
  if ("withNote" in form.dataset) fields.set("detail", noteOf(region));
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: fields,
      signal: AbortSignal.timeout(SEND_MS),
    });
    const wasDone = await take(answer);
    if (wasDone && fields.get("detail")) forgetNote(region);
  } catch {
    // It may have been done all the same: what the server has is shown, and nothing is sent again by itself.
    isCutOff = true;
    showLink();
    tell(told.dataset.noAnswer, "error");
  } finally {
    isSending = false;
    region.removeAttribute("aria-busy");
    if (isCutOff) live.refresh();
  }
}

/** Show what the server answered: the desk as it is now, and what came of the move; whether it was done. */
async function take(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(region.id);
  if (!fresh) {
    window.location.assign("/desk"); // the session has ended, or something else than the desk came: start afresh
    return false;
  }
  const before = document.activeElement;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  document.title = page.title;
  live.replace(fresh);
  told.replaceChildren(...page.getElementById(told.id).children);
  openAsked();
  if (!document.querySelector("dialog[open]") && (!before?.isConnected || document.activeElement === document.body)) {
    document.getElementById("primary")?.focus({ preventScroll: true });
  }
  return told.querySelector(".told--success") !== null;
}

function tell(text, kind) {
  const line = document.createElement("p");
  line.className = `told told--${kind}`;
  line.textContent = text;
  told.replaceChildren(line);
}

/* ---- The link ---- */

function isLinked() {
  return !isQuiet && !isCutOff && navigator.onLine;
}

/** Buttons that cannot do anything say so, and keep the focus. */
function showLink() {
  const linked = isLinked();
  for (const button of region.querySelectorAll("[data-deed] [type=submit]:not([formmethod=dialog]), [data-dialog]")) {
    if (linked) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
  if (linked !== wasLinked) {
    wasLinked = linked;
    tell(linked ? told.dataset[hasSlept ? "woken" : "online"] : told.dataset.offline, linked ? "info" : "error");
  }
}

window.addEventListener("offline", showLink);
window.addEventListener("online", () => { live.refresh().then(showLink); });

// A computer that slept shows the time it went to sleep until it has asked.
const ASLEEP_MS = 90000; // more than a browser lets a hidden page wait
let awakeAt = Date.now();
setInterval(() => {
  const gap = Date.now() - awakeAt;
  awakeAt = Date.now();
  if (gap < ASLEEP_MS) return;
  hasSlept = true;
  live.refresh().then(() => { if (isLinked()) tell(told.dataset.woken, "info"); });
}, 1000);

/** Who was at the counter when this tab was last here: told again after signing in anew. */
function rememberWhoIsHere() {
  const label = region.querySelector(".current__label#current-label")?.textContent ?? "";
  if (label) sessionStorage.setItem(HERE, label);
  else sessionStorage.removeItem(HERE);
  return label;
}

function greetAgain() {
  const before = sessionStorage.getItem(HERE);
  const label = rememberWhoIsHere();
  if (label && label === before && document.referrer.includes("/signin")) tell(told.dataset.back.replace("{label}", label), "info");
}

/* ---- Reminders of those who were parked ---- */

const reminded = new Set([...document.querySelectorAll("[data-reminder]:not([hidden])")].map((due) => due.dataset.reminder));
setInterval(() => {
  for (const due of region.querySelectorAll("[data-reminder][data-own]:not([hidden])")) {
    if (reminded.has(due.dataset.reminder)) continue;
    reminded.add(due.dataset.reminder);
    tell(told.dataset.reminder.replace("{label}", due.dataset.own), "info");
  }
}, 1000);

/* ---- Questions ---- */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dialog]");
  const dialog = button && document.getElementById(button.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  if (!isLinked()) {
    tell(told.dataset.offline, "error");
    return;
  }
  if (button.dataset.ref) {
    dialog.querySelector("[data-flag-ref]").value = button.dataset.ref;
    dialog.querySelector("[data-flag-label]").textContent = button.dataset.label;
  }
  open(dialog);
});

function open(dialog) {
  if (dialog.open) dialog.close(); // opened by the server, and so not yet a true dialog
  dialog.querySelector("form")?.reset();
  const detail = dialog.querySelector("[data-takes-note]");
  if (detail) detail.value = noteOf(region);
  // Who ticks the papers off has said by that which are missing; of who doesn't, nothing is known.
  const seen = new Set([...region.querySelectorAll("[data-paper]:checked")].map((paper) => paper.dataset.paper));
  for (const missing of dialog.querySelectorAll("[name=missing]")) missing.checked = seen.size > 0 && !seen.has(missing.value);
  showKeysSetting();
  dialog.showModal();
}

/** Questions that the server asks come open. */
function openAsked() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) open(dialog);
}

// Words of one's own mean that the reason is none of the given ones.
document.addEventListener("input", (event) => {
  const other = event.target.name === "detail" && event.target.form.querySelector("input[name=reason][value=other]");
  if (other && event.target.value && !event.target.form.querySelector("input[name=reason]:checked")) other.checked = true;
});

// Papers are missing only when that is what came of it.
document.addEventListener("change", (event) => {
  const papers = event.target.name === "outcome" && event.target.form.querySelector("[data-if-missing]");
  if (papers) papers.disabled = event.target.value !== "papers_missing";
});

// After a question is closed, what is new meanwhile may come in.
document.addEventListener("close", () => { if (!isSending) live.refresh(); }, { capture: true });

/* ---- Keys ---- */

const MOVE_KEYS = new Set(["n", "s", "f", "o", "r", "x", "h", "l", "t", "b", "c", "p", "z", "q", "k"]);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || !keysAreOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.matches("[data-note]") && (event.key === "Escape" || event.key === "Enter")) {
    event.preventDefault();
    document.getElementById("primary")?.focus();
  }
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  if (event.key === " " && event.target.closest("button, a, summary, input")) return; // it presses what has the focus
  const key = event.key === " " ? "n" : event.key.toLowerCase();
  const button = region.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (button && !button.disabled && !button.closest("[hidden]")) {
    event.preventDefault();
    if (button.matches("textarea")) button.focus();
    else button.click();
  } else if (MOVE_KEYS.has(key) && event.key !== " ") {
    tell(told.dataset.unused.replace("{key}", key.toUpperCase()), "info");
  }
});

function keysAreOn() {
  return localStorage.getItem(KEYS_OFF) === null;
}

function showKeysSetting() {
  const setting = document.getElementById("keys-on");
  if (setting) setting.checked = keysAreOn();
  document.body.classList.toggle("keys-off", !keysAreOn());
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  if (event.target.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
  showKeysSetting();
});

showKeysSetting();
keepTime();
keepPapers(region);
greetAgain();
openAsked();
