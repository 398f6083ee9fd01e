// Covers a screen that nobody touches, and tells the server while somebody does. The server looks at the time as well,
// so a page without this script is covered too, at its next request.

const form = document.getElementById("cover-form");
const idleMs = Number(form.dataset.minutes) * 60_000;
const TELL_MS = 45_000;
const LOOK_MS = 5_000;

// Kept between pages and tabs: touching one of them is enough.
const KEY = "touched-at";
let toldAt = Date.now();

function touched() {
  localStorage.setItem(KEY, String(Date.now()));
}

function touchedAt() {
  return Number(localStorage.getItem(KEY)) || 0;
}

async function look() {
  const now = Date.now();
  if (now - touchedAt() > idleMs) {
    form.elements.next.value = window.location.pathname + window.location.search;
    form.submit();
    return;
  }
  if (touchedAt() > toldAt && now - toldAt > TELL_MS) {
    toldAt = now;
    const token = form.elements.csrf_token.value;
    try {
      const answer = await fetch("/lock/active", { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.redirected) window.location.reload();
    } catch {
      // The server is away: the page itself says so, and the next look tells it.
    }
  }
}

if (idleMs > 0) {
  touched();
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel"]) {
    document.addEventListener(name, touched, { passive: true });
  }
  window.setInterval(look, LOOK_MS);
}
