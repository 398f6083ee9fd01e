/* Checking in: large keys, a scanner that types like a keyboard, and the camera. The field never loses the focus for long. */

const form = document.querySelector("[data-kiosk]");
const code = document.getElementById("code");

if (form) {
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

/* ---- The camera. Its pictures are looked at in this browser, and go nowhere. ---- */

const LOOK_MS = 150;
const WIDEST = 640;
const TICKET = /\/t\/[\w-]{16,32}\/?$/;

const camera = document.querySelector("[data-camera]");
const start = document.querySelector("[data-camera-start]");

if (camera && start) {
  camera.hidden = false;
  start.hidden = false;
  start.addEventListener("click", look);
}

function say(what) {
  for (const text of camera.querySelectorAll("[data-camera-says]")) text.hidden = text.dataset.cameraSays !== what;
}

async function look() {
  start.disabled = true;
  let stream;
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError"); // no HTTPS
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
  } catch (error) {
    say(error.name === "NotAllowedError" || error.name === "SecurityError" ? "refused" : "absent");
    start.disabled = false;
    code.focus();
    return;
  }
  const view = camera.querySelector("[data-camera-view]");
  view.srcObject = stream;
  view.hidden = false;
  say("looking");
  await view.play();
  const found = await read(view, stream);
  for (const track of stream.getTracks()) track.stop();
  view.hidden = true;
  if (found) {
    code.value = found;
    form.requestSubmit();
  } else {
    say("absent"); // it was unplugged
    start.disabled = false;
  }
}

/** What the first code of a ticket says that is held before the camera; null when the camera goes away. */
async function read(view, stream) {
  const decoder = new Worker(camera.dataset.decoder);
  const canvas = document.createElement("canvas");
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  try {
    while (stream.active) {
      const scale = Math.min(1, WIDEST / Math.max(view.videoWidth, 1));
      canvas.width = view.videoWidth * scale;
      canvas.height = view.videoHeight * scale;
      if (canvas.width && canvas.height) {
        picture.drawImage(view, 0, 0, canvas.width, canvas.height);
        const text = await decoded(decoder, picture.getImageData(0, 0, canvas.width, canvas.height));
        if (text && TICKET.test(text)) return text;
        if (text) say("other");
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return null;
  } finally {
    decoder.terminate();
  }
}

function decoded(decoder, { data, width, height }) {
  return new Promise((resolve) => {
    decoder.onmessage = (event) => event.data.type === "qrResult" && resolve(event.data.data);
    decoder.postMessage({ id: 0, type: "decode", data: { data, width, height } });
  });
}
