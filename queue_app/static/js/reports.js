// The list of reports is asked for again every two seconds while one of them is being made.
const EVERY_MS = 2000;

async function refresh() {
  const list = document.getElementById("reports");
  if (!list.hasAttribute("data-live")) return;
  try {
    const answer = await fetch(list.dataset.url, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const held = document.createElement("template");
      held.innerHTML = await answer.text();
      const newer = held.content.getElementById("reports");
      if (newer && newer.innerHTML !== list.innerHTML) list.replaceWith(newer);
    }
  } catch {
    // the server is away; it is asked again
  }
  setTimeout(refresh, EVERY_MS);
}

setTimeout(refresh, EVERY_MS);
