/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** Buttons that put an address into the clipboard. */
import { say } from "./view.js";

/** Listens for all of them. */
export function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (!(button instanceof HTMLElement)) return;
    const field = document.getElementById(button.dataset.copy ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say(document.body.dataset.copied);
    } catch {
      // Not allowed without https: the address is selected, so that the keyboard can copy it.
    }
  });
}
