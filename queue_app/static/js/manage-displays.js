/* How each display is now, every few seconds; what is being typed and what stands open stays. */

const LOOK_MS = 5000;
const STALE_MS = 15_000;
const banner = document.querySelector("[data-stale]");
const timeText = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
let heardAt = Date.now();

async function look() {
  const answer = await fetch("/manage/displays/live", { cache: "no-store", signal: AbortSignal.timeout(LOOK_MS) });
  if (answer.redirected || answer.status === 401 || answer.status === 403) {
    location.reload(); // signed out elsewhere: the page itself leads to signing in
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const now of fresh.querySelectorAll(".device__now")) {
    const shown = document.getElementById(now.id);
    if (shown && shown.innerHTML !== now.innerHTML) shown.replaceWith(document.importNode(now, true));
  }
  heardAt = Date.now();
}

async function keepLooking() {
  if (!document.hidden) await look().catch(() => {}); // the banner says so
  const isStale = !document.hidden && Date.now() - heardAt > STALE_MS;
  if (isStale) banner.querySelector("[data-stale-since]").textContent = timeText.format(heardAt);
  banner.hidden = !isStale;
  setTimeout(keepLooking, LOOK_MS);
}

setTimeout(keepLooking, LOOK_MS);
