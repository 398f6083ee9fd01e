/* The desk: moves without leaving the page, a key for each of them, times that run, and what is new as it comes.
   Without this script every move is a form all the same. */

import { keepTime, secondsOf } from "./elapsed.js";
import { keepLive } from "./live.js";

const SEND_MS = 15000;
const KEYS_OFF = "antrean.desk.keys-off";

const region = document.getElementById("desk-live");
const told = document.getElementById("desk-told");
const live = keepLive({
  region,
  url: "/desk/live",
  banner: document.querySelector("[data-stale]"),
  changed: showKeysSetting,
});
let isSending = false;

/* ---- Moves ---- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-deed]") || event.submitter?.formMethod === "dialog") return;
  event.preventDefault();
  if (isSending) return;
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
  region.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(SEND_MS),
    });
    await take(answer);
  } catch {
    // It may have been done all the same: what the server has is shown, and nothing is sent again by itself.
    tell(told.dataset.noAnswer, "error");
    live.refresh();
  } finally {
    isSending = false;
    region.removeAttribute("aria-busy");
  }
}

/** Show what the server answered: the desk as it is now, and what came of the move. */
async function take(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(region.id);
  if (!fresh) {
    window.location.assign("/desk"); // the session has ended, or something else than the desk came: start afresh
    return;
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
}

function tell(text, kind) {
  const line = document.createElement("p");
  line.className = `told told--${kind}`;
  line.textContent = text;
  told.replaceChildren(line);
}

/* ---- Questions ---- */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dialog]");
  const dialog = button && document.getElementById(button.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  if (button.dataset.ref) {
    dialog.querySelector("[data-flag-ref]").value = button.dataset.ref;
    dialog.querySelector("[data-flag-label]").textContent = button.dataset.label;
  }
  open(dialog);
});

function open(dialog) {
  if (dialog.open) dialog.close(); // opened by the server, and so not yet a true dialog
  dialog.querySelector("form")?.reset();
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

// After a question is closed, what is new meanwhile may come in.
document.addEventListener("close", () => { if (!isSending) live.refresh(); }, { capture: true });

/* ---- Keys ---- */

const MOVE_KEYS = new Set(["n", "s", "f", "r", "x", "h", "l", "t", "b", "c", "p"]);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || !keysAreOn()) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
  if (event.key === " " && event.target.closest("button, a, summary")) return; // it presses what has the focus
  const key = event.key === " " ? "n" : event.key.toLowerCase();
  const button = region.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (button && !button.disabled) {
    event.preventDefault();
    button.click();
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
openAsked();
