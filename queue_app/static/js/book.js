/* The booking form: another day without losing what was typed, and one press sends once. Works without this, too. */

const form = document.querySelector("form[data-once]");

async function showDay(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok && answer.status !== 422) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-times]");
  if (!fresh) throw new Error("no times");
  document.querySelector("[data-times]").replaceWith(fresh);
  const submit = form.querySelector(".book-bar button");
  submit.disabled = page.querySelector(".book-bar button").disabled;
  history.replaceState(null, "", address);
  fresh.querySelector("[aria-current]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-day]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  showDay(link.href).catch(() => { location.href = link.href; });
});

document.getElementById("other-day").addEventListener("submit", (event) => {
  const day = document.getElementById("date").value;
  if (!day) return;
  event.preventDefault();
  const address = `${event.target.action}?date=${day}#times`;
  showDay(address).catch(() => { location.href = address; });
});

form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// Coming back by the browser's own button shows the form as it was left; it may be sent again.
window.addEventListener("pageshow", () => { delete form.dataset.sent; });

const wrong = document.querySelector("[aria-invalid='true'], .slots[aria-describedby] input:not(:disabled)");
if (wrong && document.querySelector(".notice--error")) wrong.focus();
