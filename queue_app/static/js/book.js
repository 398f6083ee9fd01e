/* The booking form: another day without losing what was typed, the chosen slot kept meanwhile, and one press sends once.
   Works without this, too. */

const form = document.querySelector("form[data-once]");
const times = () => document.querySelector("[data-times]");
const PAUSE_MS = 500; // so that walking through the slots by the arrow keys keeps only the last

/* In a rush the answer is 503 and when to ask again; the place in the line is kept in a cookie, and the form stays here. */
const MOST_WAITS = 40;

async function inTurn(address, options) {
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    const answer = await fetch(address, options);
    const after = Number(answer.headers.get("Retry-After"));
    if (answer.status !== 503 || !after) return answer;
    await new Promise((resolve) => setTimeout(resolve, after * 1000));
  }
  throw new Error("503");
}

async function read(answer) {
  if (!answer.ok && answer.status !== 422 && answer.status !== 409) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const spare of page.querySelectorAll("noscript")) spare.remove(); // the parser has no scripts, this page has
  return page;
}

function showTimes(page) {
  const fresh = page.querySelector("[data-times]");
  if (!fresh) throw new Error("no times");
  times().replaceWith(fresh);
  form.querySelector(".book-bar button").disabled = page.querySelector(".book-bar button").disabled;
  return fresh;
}

async function showDay(address) {
  const fresh = showTimes(await read(await inTurn(address, { headers: { Accept: "text/html", "X-Partial": "times" } })));
  history.replaceState(null, "", address);
  fresh.querySelector("[aria-current]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-day]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showDay(link.href).catch(() => { location.href = link.href; });
});

document.getElementById("other-day").addEventListener("submit", (event) => {
  const day = document.getElementById("date").value;
  if (!day) return;
  event.preventDefault();
  const address = `${event.target.action}?date=${day}#times`;
  showDay(address).catch(() => { location.href = address; });
});

/* Keeping the chosen slot. When this fails the place is simply taken at the end, as without a script. */
let pause;
let latest;

async function keep() {
  const asked = latest = new AbortController();
  const body = new FormData();
  for (const name of ["csrf_token", "day", "slot"]) body.set(name, new FormData(form).get(name) ?? "");
  const answer = await inTurn(form.dataset.hold, { method: "POST", body, signal: asked.signal, headers: { "X-Partial": "times" } });
  const page = await read(answer);
  if (asked !== latest || form.dataset.sent) return;
  if (answer.ok) {
    const fresh = page.querySelector("[data-held]");
    if (fresh) times().querySelector("[data-held]")?.replaceChildren(...fresh.childNodes);
  } else {
    showTimes(page).querySelector(".slots input:not(:disabled)")?.focus();
  }
}

form.addEventListener("change", (event) => {
  if (event.target.name !== "slot" || !form.dataset.hold) return;
  clearTimeout(pause);
  latest?.abort();
  pause = setTimeout(() => keep().catch(() => {}), PAUSE_MS);
});

form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  clearTimeout(pause);
});

// Coming back by the browser's own button shows the form as it was left; it may be sent again.
window.addEventListener("pageshow", () => { delete form.dataset.sent; });

const wrong = document.querySelector("[aria-invalid='true'], .slots[aria-describedby] input:not(:disabled)");
if (wrong && document.querySelector(".notice--error")) wrong.focus();
