/* Times that run in the page: the server says how many seconds have passed, the page adds what passes while it is open.
   The computer's clock is never asked, so it may be wrong.

   <span data-seconds="732.4" data-show="clock">12:12</span>     minutes and seconds
   <span data-seconds="732.4" data-show="minutes">12</span>      whole minutes
   <progress data-seconds="..." data-show="progress" max="900">  up to its max, then marked as over
   <span data-seconds="..." data-show="over" data-standard="900" hidden>   shown once the standard has passed
   <progress data-seconds="2.5" data-show="left" max="10">       what is left; its data-slip is hidden at nothing */

const given = new WeakMap(); // element -> {text, at}: the seconds it was given, and when

/** Seconds that an element's time has reached by now. */
export function secondsOf(element) {
  const text = element.dataset.seconds ?? element.dataset.soFar;
  let known = given.get(element);
  if (known?.text !== text) {
    known = { text, at: performance.now() };
    given.set(element, known);
  }
  return Number(text) + (performance.now() - known.at) / 1000;
}

export function clockText(seconds) {
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  return hours ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const show = {
  clock(element, seconds) { setText(element, clockText(seconds)); },
  minutes(element, seconds) { setText(element, String(Math.floor(seconds / 60))); },
  progress(element, seconds) {
    element.value = Math.min(seconds, element.max);
    element.classList.toggle("against--over", seconds > element.max);
  },
  left(element, seconds) {
    element.value = Math.max(0, element.max - seconds);
    const slip = element.closest("[data-slip]");
    if (seconds < element.max || slip.hidden) return;
    if (slip.contains(document.activeElement)) document.getElementById("primary")?.focus({ preventScroll: true });
    slip.hidden = true;
  },
  over(element, seconds) { element.hidden = seconds <= Number(element.dataset.standard); },
};

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const element of document.querySelectorAll("[data-seconds][data-show]")) {
    show[element.dataset.show]?.(element, secondsOf(element));
  }
  for (const element of document.querySelectorAll("[data-so-far]")) secondsOf(element); // its count begins when it appears
}

/** Keep every such time of the page running. */
export function keepTime() {
  tick();
  setInterval(tick, 500);
}

/** Show what is new in the page at once, after its content was changed. */
export { tick as showTimes };
