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
    if (newer) {
      shown.replaceWith(newer);
      pause = 0;
    } else if (answer.status < 500) {
      location.assign(shown.dataset.next); // signed out or covered meanwhile: that page says so
      return;
    }
  } catch {
    // the server is away; it is asked again
  }
  setTimeout(goOn, pause);
}

goOn();
