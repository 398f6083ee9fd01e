/* What a paired screen does beside showing its board: it says that it is there, loads its page anew or shows its name
   when the office wants that, and goes to the page that says so when it is a display no more.

   const screen = screenOf(first)     // the page's own board; of a display that is nobody's in particular, null
   screen.link                        // auth, handlers and poll for follow()
   screen.report(link)                // from now on
   screen.heed(board, clock)          // with each board */

const REPORT_MS = 15_000;
const ANSWER_MS = 4000;
const NO_MORE = new Set(["display_revoked", "display_not_paired"]);

export function screenOf(first) {
  if (!first.display) return null;
  const { id, reloads } = first.display;
  const address = `/display/${encodeURIComponent(first.office)}/screen/${id}/board`;
  const leave = () => location.reload(); // the server shows there what has become of the display

  const about = () => ({
    page: document.body.dataset.edition,
    resolution: `${Math.round(screen.width * devicePixelRatio)}×${Math.round(screen.height * devicePixelRatio)}`,
  });

  async function poll() {
    const answer = await fetch(`${address}?${new URLSearchParams(about())}`, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.status === 403) leave();
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  }

  return {
    link: {
      auth: { screen: id },
      on: {
        revoked: leave,
        connect_error: ({ message }) => { if (NO_MORE.has(message)) leave(); },
      },
      poll,
    },
    report(link) {
      const tell = () => link.ask("seen", about()).catch(() => {}); // unheard: polling tells it, or the next time does
      setInterval(tell, REPORT_MS);
      tell();
    },
    heed({ display }, clock) {
      if (!display) return;
      if (display.reloads !== reloads) leave();
      showName(display, clock);
    },
  };
}

let hiding;

/** The name, large, over everything: so that whoever stands in the room knows which display it is. */
function showName({ name, identify_until: until }, clock) {
  const left = until ? Date.parse(until) - clock.at() : 0;
  const shown = document.getElementById("screen-name");
  clearTimeout(hiding);
  shown.textContent = name;
  shown.hidden = left <= 0;
  if (left > 0) hiding = setTimeout(() => { shown.hidden = true; }, left);
}
