/* What the officer has ticked and noted at the ticket, kept in this tab alone until it is sent with a move: a reload, a
   session that ended or a computer that slept loses none of it. */

const KEPT = "antrean.desk.notes";

function field(region) {
  return region.querySelector("[data-note]");
}

/** What is noted at the ticket; empty when nothing is, or nobody is here. */
export function noteOf(region) {
  return field(region)?.value.trim() ?? "";
}

/** The note stands in the log now. */
export function forgetNote(region) {
  const note = field(region);
  if (note) note.value = "";
  const kept = read();
  if (kept) write({ ...kept, note: "" });
}

/** Put back what was kept of this ticket, and keep what is changed; of another ticket nothing is kept any more. */
export function keepPapers(region) {
  const note = field(region);
  if (!note) return sessionStorage.removeItem(KEPT);
  const kept = read();
  if (kept?.ticket !== note.dataset.note) return write({ ticket: note.dataset.note, note: note.value, papers: ticked(region) });
  if (!note.value) note.value = kept.note;
  for (const id of kept.papers) {
    const paper = document.getElementById(id);
    if (paper) paper.checked = true;
  }
}

function ticked(region) {
  return [...region.querySelectorAll("[data-paper]:checked")].map((paper) => paper.id);
}

function read() {
  return JSON.parse(sessionStorage.getItem(KEPT));
}

function write(what) {
  sessionStorage.setItem(KEPT, JSON.stringify(what));
}

function noticed(event) {
  if (!event.target.matches("[data-note], [data-paper]")) return;
  const region = event.target.closest("#desk-live");
  write({ ticket: field(region).dataset.note, note: field(region).value, papers: ticked(region) });
}

document.addEventListener("input", noticed);
document.addEventListener("change", noticed);
