/* The page of what displays show: says at once that a file is too large, and shows two colours as they will be. */

for (const form of document.querySelectorAll("[data-upload]")) {
  const file = form.querySelector("input[type=file]");
  const problem = form.querySelector("#file-problem");
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    const most = Number(chosen?.type.startsWith("video/") ? form.dataset.videoBytes : form.dataset.pictureBytes);
    const isTooLarge = Boolean(chosen) && chosen.size > most;
    file.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
    problem.hidden = !isTooLarge;
    problem.textContent = isTooLarge ? form.dataset.tooLarge : "";
  });
}

for (const form of document.querySelectorAll("[data-look]")) {
  const sample = form.querySelector("[data-sample]");
  const show = () => {
    sample.style.setProperty("--brand", form.elements.brand.value);
    sample.style.setProperty("--accent", form.elements.accent.value);
  };
  form.addEventListener("input", show);
  show();
}
