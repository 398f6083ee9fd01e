/* The waiting room: asks how far it is, says so, and passes on when it is one's turn. A lost network loses nothing. */
(() => {
  const main = document.querySelector("main");
  const lost = document.querySelectorAll("[data-lost]");
  const LONGEST_S = 60;
  let wait = Number(main.dataset.lookIn);

  function show(told) {
    for (const [name, text] of Object.entries(told.words)) {
      const part = document.querySelector(`[data-words="${name}"]`);
      if (part && part.textContent !== text) part.textContent = text;
    }
    document.title = told.words.place_id;
  }

  async function look() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const told = await answer.json();
      if (told.state !== main.dataset.state) {
        location.reload();
        return;
      }
      show(told);
      wait = told.look_in;
      for (const part of lost) part.hidden = true;
    } catch {
      wait = Math.min(LONGEST_S, wait * 2);
      for (const part of lost) part.hidden = false;
    }
    setTimeout(look, wait * 1000);
  }

  setTimeout(look, wait * 1000);
  addEventListener("online", () => { wait = 1; });
})();
