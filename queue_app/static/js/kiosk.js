/* The kiosk's keys. A scanner types into the field like a keyboard, so the field never loses the focus for long. */

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
