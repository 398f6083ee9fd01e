/* A TV that wants to be a display: it shows a code, asks what became of it, and goes to its board when it was claimed. */

const POLL_MS = 2000;
const BUSY_MS = 30_000;
const ANSWER_MS = 6000;
const address = document.body.dataset.pairing;
const code = document.getElementById("code");
const state = document.getElementById("state");
let isShown = false; // whether the code on the screen is the one that the server knows

async function ask(method) {
  const answer = await fetch(address, { method, cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
  if (!answer.ok) throw Object.assign(new Error(`${address}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

function say(what) {
  if (state.dataset.state === what) return;
  state.dataset.state = what;
  state.textContent = state.dataset[what];
}

async function begin() {
  const { code: fresh } = await ask("POST");
  code.textContent = `${fresh.slice(0, 3)} ${fresh.slice(3)}`;
  isShown = true;
  say("waits");
}

/** One look; how long until the next, in milliseconds. */
async function look() {
  try {
    if (!isShown) await begin();
    const now = await ask("GET");
    if (now.state === "paired") {
      say("paired");
      location.replace(now.url);
    } else if (now.state === "expired") {
      await begin();
    } else {
      say("waits");
    }
    return POLL_MS;
  } catch (error) {
    say(error.status === 429 ? "busy" : "offline");
    return error.status === 429 ? BUSY_MS : POLL_MS;
  }
}

async function keepLooking() {
  setTimeout(keepLooking, await look());
}

keepLooking();
