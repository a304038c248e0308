/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** Forms and links that change this page without loading it anew. */
import { refresh, say, show } from "./view.js";

/**
 * Forms that somebody wants to send again while they are being sent: a fast writer's next message.
 * @type {WeakSet<HTMLFormElement>}
 */
const waiting = new WeakSet();

/** Listens on the document, so that what arrives later is covered too. */
export function forms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("enhance" in form.dataset)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-visit]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    visit(link);
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", keys);
}

/** @param {KeyboardEvent} event */
function keys(event) {
  if (event.key === "Escape") closeMenus(null);
  const box = event.target;
  const fine = matchMedia("(pointer: fine)").matches;
  if (!(box instanceof HTMLTextAreaElement) || !("submitOnEnter" in box.dataset) || !fine) return;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  box.form?.requestSubmit();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function send(form, submitter) {
  if ("reset" in form.dataset && !isFilled(form)) return;
  if (form.ariaBusy === "true") {
    if ("reset" in form.dataset) waiting.add(form);
    return;
  }
  form.ariaBusy = "true";
  waiting.delete(form);
  try {
    const sent = entered(form);
    const response = await fetch(form.action, {
      method: "POST",
      body: bodyOf(form, submitter),
      headers: { accept: "text/html" },
    });
    delete form.dataset.held;
    if (response.ok) accepted(form, response, sent);
    else if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    show(await response.text());
    if (response.ok) return;
    waiting.delete(form);
    const wrong = document.querySelector('main [aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
    // Kept until it is sent again, or the next news would wipe the explanation away.
    wrong?.closest("form")?.setAttribute("data-held", "");
  } catch {
    waiting.delete(form);
    say(document.body.dataset.offline);
  } finally {
    form.ariaBusy = "false";
    // What was written meanwhile; a second click on what has been sent leaves nothing to send.
    if (waiting.has(form) && form.isConnected && form.checkValidity() && isFilled(form)) form.requestSubmit();
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function bodyOf(form, submitter) {
  const data = new FormData(form, submitter);
  if (form.enctype === "multipart/form-data") return data;
  const body = new URLSearchParams();
  for (const [name, value] of data) body.append(name, String(value));
  return body;
}

/**
 * Whether there is anything to send.
 * @param {HTMLFormElement} form
 */
function isFilled(form) {
  return [...entered(form)].some(([box, value]) => box.type !== "checkbox" && value.trim() !== "");
}

/**
 * @param {HTMLFormElement} form
 * @returns {Map<HTMLInputElement | HTMLTextAreaElement, string>} what is typed in it
 */
function entered(form) {
  const boxes = new Map();
  for (const box of form.querySelectorAll("textarea, input:not([type=hidden])")) {
    if (box instanceof HTMLTextAreaElement || box instanceof HTMLInputElement) boxes.set(box, box.value);
  }
  return boxes;
}

/**
 * @param {HTMLFormElement} form
 * @param {Response} response
 * @param {Map<HTMLInputElement | HTMLTextAreaElement, string>} sent
 */
function accepted(form, response, sent) {
  if ("reset" in form.dataset) {
    // What was typed since has not been sent yet.
    for (const [box, value] of sent) {
      if (box.type === "checkbox" && box instanceof HTMLInputElement) box.checked = box.defaultChecked;
      else if (box.value === value) box.value = "";
    }
    document.dispatchEvent(new CustomEvent("plenum:sent"));
  }
  closeMenus(null);
  const to = new URL(response.url);
  if (!response.redirected) return;
  if (to.pathname !== location.pathname) return location.assign(to);
  history.replaceState(null, "", to.pathname + to.search);
}

/** @param {HTMLAnchorElement} link */
async function visit(link) {
  const to = new URL(link.href);
  history.replaceState(null, "", to.pathname + to.search);
  closeMenus(null);
  await refresh();
  const wanted = document.querySelector("[autofocus]") ?? document.getElementById(to.hash.slice(1));
  if (wanted instanceof HTMLElement) wanted.focus();
}

/** @param {EventTarget | null} inside */
function closeMenus(inside) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!(inside instanceof Node && menu.contains(inside))) menu.removeAttribute("open");
  }
}
