// Only the fields that a change needs are shown; answers are asked for again while they are being computed.
const EVERY_MS = 2000;
const ANSWERS = ["needs-answer", "what-if-answer"];

for (const scenario of document.querySelectorAll("[data-scenario]")) {
  const kind = scenario.querySelector("select");
  const show = () => {
    for (const field of scenario.querySelectorAll("[data-for]")) {
      field.hidden = !field.dataset.for.split(" ").includes(kind.value);
    }
  };
  kind.addEventListener("change", show);
  show();
}

const waiting = () => ANSWERS.some((id) => document.getElementById(id).hasAttribute("data-live"));

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const held = document.createElement("template");
      held.innerHTML = await answer.text();
      for (const id of ANSWERS) {
        const newer = held.content.getElementById(id);
        const shown = document.getElementById(id);
        if (newer && newer.innerHTML !== shown.innerHTML) shown.replaceWith(newer);
      }
    }
  } catch {
    // the server is away; it is asked again
  }
  if (waiting()) setTimeout(refresh, EVERY_MS);
}

if (waiting()) setTimeout(refresh, EVERY_MS);
