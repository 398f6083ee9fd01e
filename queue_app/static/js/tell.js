/* "Tell me on this device": asks for leave only when the button is pressed. The service worker shows what is told, see
   push-received.js. Without Web Push in the browser, or without the server's key, nothing of this is shown. */

const WORKER = "/sw.js";
const panel = document.querySelector("[data-tell]");
const find = (name) => panel.querySelector(`[data-push-${name}]`);

const canPush = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (panel && panel.dataset.pushKey && canPush) begin();

function begin() {
  const kept = localStorage.getItem(storageKey());
  const isOn = kept !== null && panel.dataset.browsers.split(" ").includes(kept) && Notification.permission === "granted";
  panel.hidden = false;
  panel.querySelector("[data-push]").hidden = false;
  show(isOn ? "on" : Notification.permission === "denied" ? "denied" : "start");
  find("start").addEventListener("click", () => attempt(start));
  find("stop").addEventListener("click", () => attempt(stop));
}

/* What the server calls this browser for this ticket. */
function storageKey() { return `told ${panel.dataset.start}`; }

function show(state, why = "") {
  for (const name of ["start", "on", "denied"]) find(name).hidden = name !== state;
  find("failed").hidden = why === "";
  find("why").textContent = why;
}

/* What `work` returns gets the focus, for the button that had it may be gone. */
async function attempt(work) {
  find("start").disabled = true;
  let next = null;
  try {
    next = await work();
  } catch (error) {
    show(find("on").hidden ? "start" : "on", error.detail || find("why").dataset.general);
  } finally {
    find("start").disabled = false;
  }
  next?.focus();
}

async function start() {
  if ((await Notification.requestPermission()) !== "granted") {
    show(Notification.permission === "denied" ? "denied" : "start");
    return find("start");
  }
  await navigator.serviceWorker.register(WORKER);
  const worker = await navigator.serviceWorker.ready;
  const told = await post(panel.dataset.start, await subscription(worker.pushManager));
  localStorage.setItem(storageKey(), told.fingerprint);
  show("on");
  return find("stop");
}

/* The browser has one subscription for all tickets of this site. One made with another key is of no use any more. */
async function subscription(pushManager) {
  const key = bytes(panel.dataset.pushKey);
  const present = await pushManager.getSubscription();
  if (present) {
    if (sameBytes(new Uint8Array(present.options.applicationServerKey ?? []), key)) return present;
    await present.unsubscribe();
  }
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function stop() {
  await post(panel.dataset.stop, { fingerprint: localStorage.getItem(storageKey()) });
  localStorage.removeItem(storageKey());
  show("start");
  return find("start");
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("[name=csrf_token]").value },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.code), { detail: said.detail });
  return said;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
