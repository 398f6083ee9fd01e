/* The proof of work (ALTCHA's protocol): found in workers while the form is filled in, so that hardly anybody waits for
   it. Without this script the form is taken too, only not at once and not often. */

const field = document.querySelector("input[data-proof]");
const { form } = field;
const busy = form.querySelector("[data-proof-busy]");
const FRESH_MS = 25 * 60_000; // a challenge lives for half an hour

let search = null;
let foundAt = 0;
let passing = false;

async function find() {
  const answer = await fetch(field.dataset.proof, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const challenge = await answer.json();
  const solution = await solve(challenge);
  field.value = btoa(JSON.stringify({ challenge, solution }));
  foundAt = Date.now();
}

/* Each worker tries every n-th number; one core stays free for the person who types. */
function solve(challenge) {
  const count = Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1));
  const workers = Array.from({ length: count }, () => new Worker(field.dataset.worker));
  return new Promise((resolve, reject) => {
    workers.forEach((worker, first) => {
      worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject(new Error("not found")));
      worker.onerror = () => reject(new Error("no worker"));
      worker.postMessage({ type: "work", challenge, counterStart: first, counterStep: count });
    });
  }).finally(() => workers.forEach((worker) => worker.terminate()));
}

/* One search at a time. Where it cannot be made (an old browser, a page without HTTPS) the form's own token stands in. */
function begin() {
  search ??= (globalThis.crypto?.subtle ? find() : Promise.reject(new Error("no crypto"))).catch(() => {});
  return search;
}

function send(submitter) {
  passing = true;
  if (form.requestSubmit) form.requestSubmit(submitter);
  else form.submit();
}

function forget() {
  field.value = "";
  search = null;
  passing = false;
  busy.hidden = true;
}

for (const sign of ["focusin", "pointerdown", "input"]) form.addEventListener(sign, begin, { once: true });

document.addEventListener(
  "submit",
  (event) => {
    const { target, submitter } = event;
    if (target !== form || passing || submitter?.hasAttribute("formaction")) return;
    if (field.value && Date.now() - foundAt > FRESH_MS) forget();
    if (field.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    busy.hidden = false;
    begin().then(() => setTimeout(send, 0, submitter)); // while this event lasts, the form cannot be sent again
  },
  true, // before the page's own listeners: for them the form is sent when it really is
);

// A proof is worth one number: whoever comes back by the browser's own button needs another.
window.addEventListener("pageshow", forget);
