/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** Files of messages: says where one cannot be shown. Neither event bubbles, so both are caught on their way in. */

/** Watches all of them, those that arrive later too. */
export function media() {
  document.addEventListener("error", (event) => mark(event.target, true), true);
  for (const type of ["load", "loadedmetadata"]) {
    document.addEventListener(type, (event) => mark(event.target, false), true);
  }
  // What failed before this script ran.
  for (const image of document.querySelectorAll(".media img")) {
    if (image instanceof HTMLImageElement && image.complete && image.naturalWidth === 0) mark(image, true);
  }
}

/**
 * @param {EventTarget | null} shown
 * @param {boolean} failed
 */
function mark(shown, failed) {
  const place = shown instanceof Element ? shown.closest(".media") : null;
  if (place === null) return;
  if (failed) place.setAttribute("data-unavailable", "");
  else place.removeAttribute("data-unavailable");
}
