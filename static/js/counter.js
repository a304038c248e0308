/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** How many characters are left in a field. */

/** How many are left when it is time to say so. */
const NEAR = 5;

/** Counts while one types. */
export function counters() {
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) count(event.target);
  });
  const all = () =>
    document.querySelectorAll("input[data-counter]").forEach((field) => {
      if (field instanceof HTMLInputElement) count(field);
    });
  document.addEventListener("plenum:shown", all);
  all();
}

/** @param {HTMLInputElement} field */
function count(field) {
  const output = document.getElementById(field.dataset.counter ?? "");
  if (output === null) return;
  output.textContent = `${field.value.length} / ${field.maxLength}`;
  output.classList.toggle("near", field.maxLength - field.value.length < NEAR);
}
