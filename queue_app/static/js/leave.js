/* "When do I leave?": the earliest that the turn may come, less the way there, less a margin. The server says it when the
   page opens; here it is kept right while the page is open, with or without a connection. The minutes of the way stay in
   this browser, in the cookie that the server reads, too. */

const KEPT_S = 180 * 24 * 3600;
const MINUTE_MS = 60_000;

const panel = document.querySelector("[data-leave]");
const COOKIE = panel?.dataset.cookie;
const find = (name) => panel.querySelector(`[data-${name}]`);
let turn = () => null; // when the turn may come, in milliseconds; null while nothing is known
let clock = () => Date.now();
let page = null;

/** @param {object} of the ticket's page
 *  @param {() => number} now the office's time in milliseconds */
export function beginLeave(of, now) {
  [page, clock] = [of, now];
  const travel = find("travel");
  const kept = document.cookie.split("; ").find((part) => part.startsWith(`${COOKIE}=`)); // newer than a page shown again
  if (kept !== undefined && minutesOf(kept.slice(COOKIE.length + 1)) !== null) travel.value = kept.slice(COOKIE.length + 1);
  travel.addEventListener("input", () => keep(travel.value));
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "way") travel.value = event.submitter.value;
    keep(travel.value);
    find("leave-wrong").hidden = travel.value === "" || minutesOf(travel.value) !== null;
  });
  setInterval(show, 10_000);
}

/** The slot of a booking, or the low estimate of a waiting ticket, as it was just told. */
export function leaveFor(ticket) {
  const { slotStart, slotOver } = page.dataset;
  const toldAt = clock();
  if (ticket.state === "BOOKED" && slotStart) turn = () => (clock() <= Date.parse(slotOver) ? Date.parse(slotStart) : null);
  else if (ticket.state === "WAITING" && ticket.estimate) turn = () => toldAt + ticket.estimate.low_minutes * MINUTE_MS;
  else turn = () => null;
  panel.hidden = !["BOOKED", "WAITING"].includes(ticket.state); // after a call nobody is sent on the way
  show();
}

function minutesOf(text) {
  return /^[0-9]{1,4}$/.test(text) && Number(text) <= Number(panel.dataset.longest) ? Number(text) : null;
}

function keep(text) {
  const minutes = minutesOf(text);
  const kept = minutes === null ? `${COOKIE}=; max-age=0` : `${COOKIE}=${minutes}; max-age=${KEPT_S}`;
  document.cookie = `${kept}; path=/; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  if (minutes !== null || text === "") find("leave-wrong").hidden = true;
  show();
}

function show() {
  const way = minutesOf(find("travel").value);
  for (const button of panel.querySelectorAll("button[name=way]")) button.setAttribute("aria-pressed", Number(button.value) === way);
  find("leave-answer").hidden = way === null;
  if (way === null) return;
  const turnAt = turn();
  const at = turnAt === null ? null : turnAt - (way + Number(panel.dataset.margin)) * MINUTE_MS;
  find("leave-unknown").hidden = at !== null;
  find("leave-now").hidden = at === null || at > clock();
  find("leave-later").hidden = at === null || at <= clock();
  if (!find("leave-later").hidden) showTime(new Date(at));
}

function showTime(at) {
  const zone = { timeZone: page.dataset.zone };
  const day = (form, locale) => at.toLocaleDateString(locale, { ...zone, ...form });
  const isOnDay = day({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA") === page.dataset.date;
  find("leave-day").hidden = isOnDay;
  write("leave-day", day({ weekday: "short", day: "numeric", month: "short" }, document.documentElement.lang));
  write("leave-at", at.toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" }));
}

function write(name, text) {
  if (find(name).textContent !== text) find(name).textContent = text;
}
