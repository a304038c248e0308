/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** What was chosen to be sent, beside the box that one writes in. */

/** Says it as soon as something is chosen, and as long as it is. */
export function chosenFiles() {
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !("chosen" in event.target.dataset)) return;
    say(event.target);
    event.target.closest("details")?.removeAttribute("open");
    event.target.form?.querySelector("textarea")?.focus();
  });
  const all = () =>
    document.querySelectorAll("input[data-chosen]").forEach((field) => {
      if (field instanceof HTMLInputElement) say(field);
    });
  document.addEventListener("plenum:shown", all);
  document.addEventListener("plenum:sent", all);
}

/** @param {HTMLInputElement} field */
function say(field) {
  const output = document.getElementById(field.dataset.chosen ?? "");
  if (output === null) return;
  const files = [...field.files ?? []];
  output.hidden = files.length === 0;
  output.textContent = `${output.dataset.text} ${files.map(({ name }) => name).join(", ")}`;
}
