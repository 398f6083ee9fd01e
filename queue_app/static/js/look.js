/* The office's theme, colours and logo on a display. A style that a script sets needs no exception in the page's policy. */

/** @param {{look: {theme, brand, on_brand, accent, on_accent}, logo: string|null}} content of a board */
export function applyLook({ look, logo }) {
  const { body } = document;
  body.dataset.theme = look.theme;
  for (const name of ["brand", "on_brand", "accent", "on_accent"]) {
    if (look.theme === "contrast") body.style.removeProperty(`--${name.replace("_", "-")}`);
    else body.style.setProperty(`--${name.replace("_", "-")}`, look[name]);
  }
  showLogo(logo);
}

/** The mark stands where no logo is set, or the one that is set cannot be drawn. */
function showLogo(address) {
  const logo = document.getElementById("logo");
  const mark = document.getElementById("mark");
  if (!logo || logo.dataset.address === (address ?? "")) return;
  logo.dataset.address = address ?? "";
  const show = (isShown) => {
    logo.hidden = !isShown;
    mark.toggleAttribute("hidden", isShown);
  };
  logo.onload = () => show(true);
  logo.onerror = () => show(false);
  if (address) logo.src = address;
  else show(false);
}
