/* A manual can be printed. */

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
