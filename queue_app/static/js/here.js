/* The code on the display that proves being there. Only a paired display is given one; it is drawn anew before it
   changes, and taken off the screen when no new one came in time. */

const part = document.getElementById("here");
const drawing = part.querySelector("svg");
const RETRY_MS = 3000;
const ANSWER_MS = 4000;
const OLDEST_MS = 45_000; // a code is taken for a minute; whoever scans must still have time
let drawnAt = -Infinity;

async function draw() {
  const answer = await fetch(part.dataset.url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
  if (answer.status === 204) return null; // not a paired display
  if (!answer.ok) throw new Error(`${answer.status}`);
  const code = await answer.json();
  drawing.setAttribute("viewBox", `0 0 ${code.side} ${code.side}`);
  drawing.querySelector("path").setAttribute("d", code.path);
  drawnAt = performance.now();
  show(true);
  return code.for_s * 1000;
}

function show(isShown) {
  part.hidden = !isShown;
  document.body.classList.toggle("has-here", isShown);
}

async function keepDrawing() {
  let next = RETRY_MS;
  try {
    next = await draw();
  } catch {
    if (performance.now() - drawnAt > OLDEST_MS) show(false);
  }
  if (next === null) show(false);
  else setTimeout(keepDrawing, next + 50);
}

keepDrawing();
