/* The frame of the kiosk: it goes back to the start when nobody touches it, stays on its feet when the server is away, and
   sends each form once. Without a script all of it is plain links and forms. */

const RETRY_MS = 2_000;
const ANSWER_MS = 20_000;
const GIVE_UP_MS = 60_000;
const WARNING_S = 20;

const idle = document.querySelector("[data-idle]");
const gone = document.querySelector("[data-gone]");
const again = idle?.dataset.again;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* ---- The server ---- */

async function answers() {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

function tell(what) {
  for (const text of ["asking", "given-up", "going"]) gone.querySelector(`[data-gone-${text}]`).hidden = text !== what;
  if (!gone.open) gone.showModal();
}

/** Opens a page of the kiosk as soon as the server answers: a browser's own error page would end the kiosk. */
async function go(address) {
  let wanted = address;
  leaving = () => (wanted = again);
  while (!(await answers())) {
    if (!gone.open || wanted === again) tell("going");
    await pause(RETRY_MS);
  }
  location.assign(wanted);
}

let leaving = () => go(again);
gone?.querySelector("[data-leave]").addEventListener("click", () => leaving());
gone?.addEventListener("cancel", (event) => event.preventDefault());

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || link.hash || link.target) return;
  event.preventDefault();
  if (link.dataset.busy) return;
  link.dataset.busy = "yes";
  go(link.href).finally(() => delete link.dataset.busy);
});

/* The same form, with the same key, until the server answers: it gives the first number again and never a second one. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await sent(form.action, body, "sure" in form.dataset);
  if (!answer) return;
  if (answer.redirected) location.replace(answer.url);
  else form.submit(); // a refusal: the server shows it, and has changed nothing
});

async function sent(address, body, isNumber) {
  const begun = performance.now();
  let isOver = false;
  leaving = () => (isOver = true);
  while (!isOver) {
    try {
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status < 500) return answer;
    } catch {
      // nobody there: asked again below
    }
    isOver ||= performance.now() - begun > GIVE_UP_MS;
    if (!isOver) {
      tell(isNumber ? "asking" : "going");
      await pause(RETRY_MS);
    }
  }
  if (isNumber) {
    tell("given-up");
    await pause(8_000);
  }
  go(again);
  return null;
}

// The way back shows a page as it was left: with its buttons at rest.
addEventListener("pageshow", (event) => event.persisted && location.reload());

/* ---- Nobody there ---- */

const quiet_s = Number(idle?.dataset.idle || 0);
let timer;

function wait() {
  clearTimeout(timer);
  if (quiet_s > 0 && !idle.open) timer = setTimeout(warn, quiet_s * 1000);
}

function warn() {
  if (gone.open) {
    wait();
    return;
  }
  idle.showModal();
  countDown(WARNING_S);
}

function countDown(left) {
  idle.querySelector("[data-idle-left]").textContent = left;
  timer = setTimeout(() => (left > 1 ? countDown(left - 1) : leave()), 1000);
}

function stay() {
  idle.close();
  wait();
}

function leave() {
  idle.close();
  go(again);
}

if (quiet_s > 0) {
  idle.querySelector("[data-stay]").addEventListener("click", stay);
  idle.querySelector("[data-leave]").addEventListener("click", leave);
  idle.addEventListener("cancel", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    stay();
  });
  for (const sign of ["pointerdown", "pointermove", "keydown", "focusin"]) {
    document.addEventListener(sign, () => idle.open || wait());
  }
  wait();
}

/* ---- The start: fresh every minute, and a scanner may be used at once ---- */

const scanned = document.querySelector("[data-scanned]");

if (scanned) {
  let typed = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1) typed += event.key;
    if (event.key !== "Enter" || typed.length < 6) return;
    event.preventDefault();
    scanned.elements.code.value = typed;
    typed = "";
    scanned.requestSubmit();
  });
  setInterval(() => {
    typed = "";
    if (!gone.open && !document.querySelector("[data-busy]")) go(location.href);
  }, 60_000);
}

/* ---- The number: how far its paper is ---- */

const paper = document.querySelector("[data-printed]");

async function follow() {
  let state = "printing";
  for (let tries = 0; tries < 90 && state !== "printed"; tries += 1) {
    await pause(1_000);
    try {
      state = (await (await fetch(paper.dataset.printed, { cache: "no-store" })).json()).state;
    } catch {
      state = "trouble";
    }
    // Nobody stands before a silent printer for long, whatever it may still do.
    if (state === "printing" && tries >= 9) state = "trouble";
    for (const text of paper.querySelectorAll("[data-when]")) text.hidden = text.dataset.when !== state;
    const another = document.querySelector("[data-print-again]");
    if (another) another.hidden = state === "printing";
  }
}

if (paper) follow();
