/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** A button that fills in where one is. */
import { say } from "./view.js";

/** Metres enough: five digits are about one. */
const DIGITS = 5;

/** Shows the button, which is of no use without scripts, and listens. */
export function place() {
  const show = () =>
    document.querySelectorAll("[data-locate]").forEach((button) => {
      if (button instanceof HTMLElement) button.hidden = !("geolocation" in navigator);
    });
  document.addEventListener("plenum:shown", show);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-locate]") : null;
    if (button instanceof HTMLButtonElement) locate(button);
  });
  show();
}

/** @param {HTMLButtonElement} button */
function locate(button) {
  const fill = (/** @type {string} */ name, /** @type {number} */ degrees) => {
    const field = button.form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = degrees.toFixed(DIGITS);
  };
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    fill("latitude", coords.latitude);
    fill("longitude", coords.longitude);
  }, () => say(button.dataset.denied));
}
