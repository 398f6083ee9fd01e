/* Giving the ticket's address to somebody: by the phone's own sharing, or copied. */

const address = document.querySelector("[data-address]");
const share = document.querySelector("[data-share]");
const copy = document.querySelector("[data-copy]");
const copied = document.querySelector("[data-copied]");

export function beginShare(title) {
  const data = { title, url: address.value };
  if (navigator.share && (!navigator.canShare || navigator.canShare(data))) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share(data).catch(() => {})); // closing the sheet is no failure
  }
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    copied.hidden = !(await copyText(address.value));
  });
  address.addEventListener("focus", () => address.select());
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    address.focus(); // the address stands there selected
    address.select();
    return false;
  }
}
