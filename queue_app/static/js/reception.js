/* The reception by keyboard: "/" looks for somebody, "n" begins a number. */

const search = document.getElementById("q");
const first = document.querySelector("input[data-first]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea")) return;
  const target = { "/": search, n: first }[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
});
