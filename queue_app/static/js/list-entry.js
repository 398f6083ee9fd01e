/* A place in the waiting list: looks every 20 seconds whether it has changed, and at once when the page is seen again.
   Works without this, too: the page then loads itself anew. */

const PAUSE_MS = 20_000;
const shown = () => document.querySelector("[data-list-entry]");

let timer;

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-list-entry]");
    const now = shown();
    // The dialog that somebody is reading stays as it is, unless there is news.
    if (fresh && fresh.querySelector(".list-entry").textContent !== now.querySelector(".list-entry").textContent) {
      now.dataset.listEntry = fresh.dataset.listEntry;
      now.replaceChildren(...fresh.childNodes);
      document.title = page.title;
    }
  } catch {
    // The next look may succeed; what is shown is still true until then.
  }
  if (shown().dataset.listEntry === "waiting") timer = setTimeout(look, PAUSE_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && shown().dataset.listEntry === "waiting") look();
});
timer = setTimeout(look, PAUSE_MS);
