// A long check goes on part by part until its end; how far it is stands in its place meanwhile.
const AGAIN_MS = 5000;

async function goOn() {
  const shown = document.getElementById("check");
  if (!shown.dataset.next) return;
  let pause = AGAIN_MS;
  try {
    const answer = await fetch(shown.dataset.next, { headers: { Accept: "text/html" } });
    const held = document.createElement("template");
    held.innerHTML = await answer.text();
    const newer = held.content.getElementById("check");
    if (answer.ok && newer) {
      shown.replaceWith(newer);
      pause = 0;
    }
  } catch {
    // the server is away; it is asked again
  }
  setTimeout(goOn, pause);
}

goOn();
