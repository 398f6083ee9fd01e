/* The kiosk's keys, and the way back to the next citizen. A scanner types into the field like a keyboard, so the field never
   loses the focus for long. */

const form = document.querySelector("[data-kiosk]");

if (form) {
  const code = document.getElementById("code");
  form.querySelector("[data-keys]").hidden = false;
  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-type], [data-erase]");
    if (!key) return;
    if (key.dataset.type === undefined) code.value = code.value.slice(0, -1);
    else if (/^[A-Z]/i.test(key.dataset.type)) code.value = key.dataset.type; // a letter begins the number anew
    else code.value += key.dataset.type;
    code.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey) code.focus();
  });
}

/* Whoever reads slowly stays: each touch or key begins the time anew. Without a script "done" leads back. */
const READ_MS = 15_000;
const back = document.querySelector("[data-back]");

if (back) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.assign(back.href), READ_MS);
  };
  for (const sign of ["pointerdown", "pointermove", "keydown", "focusin"]) document.addEventListener(sign, wait);
  wait();
}
