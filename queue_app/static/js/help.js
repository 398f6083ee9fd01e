/* A manual can be printed; where its contents would fill the window, they are closed at first. */

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());

if (matchMedia("(max-width: 56rem)").matches) document.querySelector(".help__contents")?.removeAttribute("open");
