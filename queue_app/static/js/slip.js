/* The slip at the reception: prints itself once when the number is new, and again when asked. */

const slip = document.querySelector(".slip");
const again = document.querySelector("[data-print]");
again.hidden = false;
again.addEventListener("click", () => window.print());

const ticket = slip.dataset.prints;
if (ticket && sessionStorage.getItem("printed") !== ticket) {
  sessionStorage.setItem("printed", ticket); // going back to this page, or reloading it, prints nothing
  window.print();
}
