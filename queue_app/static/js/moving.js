// While an import is read, written or undone, the page asks again; when that is over the whole page is shown anew.
const EVERY_MS = 2000;
const shown = () => document.getElementById("import-answer");

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const held = document.createElement("template");
      held.innerHTML = await answer.text();
      const newer = held.content.getElementById("import-answer");
      if (newer && !newer.hasAttribute("data-live")) {
        location.reload();
        return;
      }
      if (newer && newer.innerHTML !== shown().innerHTML) shown().replaceWith(newer);
    }
  } catch {
    // the server is away; it is asked again
  }
  setTimeout(refresh, EVERY_MS);
}

if (shown().hasAttribute("data-live")) setTimeout(refresh, EVERY_MS);
