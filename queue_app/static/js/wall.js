/* What every screen on a wall needs: it stays awake, shows the office's time, says when it is not live, and renews
   itself after a new release.

   const times = officeTimes("Asia/Jakarta")      // { date, time }: formats of Intl
   showStale(live, since, times)                  // the banner #stale
   keepAwake()
   const renewal = keepRenewed({ isIdle })        // isIdle: () => whether nobody would miss the page for a moment
   renewal.hear(board) */

const LOOK_MS = 5000;
const ANSWER_MS = 4000;
const RENEWED_FOR = "renewed-for";

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function officeTimes(timeZone) {
  return {
    date: new Intl.DateTimeFormat("id-ID", { timeZone, weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    time: new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }), // 09:05
  };
}

export function showStale(live, since, times) {
  document.getElementById("stale").hidden = live;
  for (const place of document.querySelectorAll(".stale__since")) setText(place, times.time.format(since));
}

/** Keeps the screen on, where the browser lets a page do so. The lock ends whenever the page is hidden. */
export function keepAwake() {
  if (!("wakeLock" in navigator)) return;
  let lock = null;
  async function hold() {
    if (document.visibilityState !== "visible" || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
    } catch {
      // Refused, as with an empty battery: the next look asks again.
    }
  }
  document.addEventListener("visibilitychange", hold);
  setInterval(hold, LOOK_MS * 6);
  hold();
}

/** Loads the page anew when the server has another edition of it: only while idle, and only if the server answers. */
export function keepRenewed({ isIdle }) {
  const own = document.body.dataset.edition;
  let newest = own;

  async function look() {
    if (newest === own || !isIdle() || tried() === newest) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
      if (!answer.ok || newest === own) return;
      if (note(newest)) location.reload();
    } catch {
      // The page that is there is better than the browser's own "not found".
    }
  }

  setInterval(look, LOOK_MS);
  return {
    hear({ edition }) {
      if (edition) newest = edition;
    },
  };
}

/** For which edition this tab was loaded anew: once each, so that two servers of different releases cause no circle. */
function tried() {
  try {
    return sessionStorage.getItem(RENEWED_FOR);
  } catch {
    return null;
  }
}

function note(edition) {
  try {
    sessionStorage.setItem(RENEWED_FOR, edition);
    return true;
  } catch {
    return false; // what cannot be noted could go on in a circle
  }
}
