/* "When do I leave?": the earliest that the turn may come, less the way there, less ten minutes. The minutes of the way
   stay on this phone. */

const MARGIN_MIN = 10;
const STORED = "minutes to the office";
const LONGEST_MIN = 600;

const panel = document.querySelector("[data-leave]");
const find = (name) => panel.querySelector(`[data-${name}]`);
let turnAt = null; // milliseconds; null while nothing is known
let clock = () => Date.now();

/** @param {object} page the ticket's page
 *  @param {() => number} now the office's time in milliseconds */
export function beginLeave(page, now) {
  clock = now;
  const travel = find("travel");
  travel.value = localStorage.getItem(STORED) ?? "";
  travel.addEventListener("input", () => {
    if (minutes() === null) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, travel.value);
    show(page.dataset.zone);
  });
  setInterval(() => show(page.dataset.zone), 10_000);
}

/** The slot of a booking, or the low estimate of a waiting ticket, as it was just told. */
export function leaveFor(page, ticket) {
  if (ticket.state === "BOOKED" && page.dataset.slotStart) turnAt = Date.parse(page.dataset.slotStart);
  else if (ticket.state === "WAITING" && ticket.estimate) turnAt = clock() + ticket.estimate.low_minutes * 60_000;
  else turnAt = null;
  show(page.dataset.zone);
}

function minutes() {
  const value = Number(find("travel").value);
  return find("travel").value !== "" && Number.isFinite(value) && value >= 0 && value <= LONGEST_MIN ? value : null;
}

function show(timeZone) {
  panel.hidden = turnAt === null;
  const travel = minutes();
  find("leave-answer").hidden = turnAt === null || travel === null;
  if (turnAt === null || travel === null) return;
  const at = turnAt - (travel + MARGIN_MIN) * 60_000;
  const isNow = at <= clock();
  find("leave-now").hidden = !isNow;
  find("leave-later").hidden = isNow;
  const text = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(new Date(at));
  if (find("leave-at").textContent !== text) find("leave-at").textContent = text;
}
