/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/**
 * The page as it is shown: read again from the server and changed only where it differs. The server alone
 * writes markup, escaped, so no text of people is ever turned into markup here.
 */
import { morph } from "./morph.js";

/** Where the reader is near the end of a log, new messages keep the end in view, in pixels. */
const NEAR_END = 80;

/** @type {Promise<void> | null} */
let reading = null;
let again = false;

/**
 * Logs whose end is in view.
 * @type {WeakSet<Element>}
 */
const following = new WeakSet();

/** Prepares what the server rendered: the reader's clock, and logs at their end, where they stay. */
export function ready() {
  localTimes(document);
  for (const log of document.querySelectorAll("[data-follow]")) toEnd(log);
  document.addEventListener("scroll", ({ target }) => {
    if (!(target instanceof Element) || !target.matches("[data-follow]")) return;
    if (isAtEnd(target)) following.add(target);
    else following.delete(target);
  }, true);
  // Pictures need room once they are there.
  for (const type of ["load", "loadedmetadata"]) {
    document.addEventListener(type, ({ target }) => {
      const log = target instanceof Element ? target.closest("[data-follow]") : null;
      if (log !== null && following.has(log)) toEnd(log);
    }, true);
  }
}

/** @param {Element} log */
function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
}

/** @param {Element} log */
function toEnd(log) {
  following.add(log);
  log.scrollTop = log.scrollHeight;
}

/** Reads this address again. Calls while it is being read lead to one more reading. */
export async function refresh() {
  again = true;
  reading ??= readAll();
  await reading;
}

async function readAll() {
  try {
    while (again) {
      again = false;
      const asked = location.pathname + location.search;
      const response = await fetch(asked, { headers: { accept: "text/html" } });
      if (response.status === 404 || response.status === 410) return location.reload();
      if (asked !== location.pathname + location.search || !response.ok) continue;
      show(await response.text());
    }
  } catch {
    // Offline: the event stream or the next poll tries again.
  } finally {
    reading = null;
  }
}

/**
 * Makes the page look as `html` says.
 * @param {string} html a whole document from this server
 */
export function show(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const from = document.querySelector("main");
  const to = next.querySelector("main");
  if (from === null || to === null) return;
  localTimes(next);
  const atEnd = [...document.querySelectorAll("[data-follow]")].filter((log) =>
    isAtEnd(log) || following.has(log)
  );
  morph(from, to);
  document.title = next.title;
  for (const log of document.querySelectorAll("[data-follow]")) if (atEnd.includes(log)) toEnd(log);
  document.dispatchEvent(new CustomEvent("plenum:shown"));
}

/**
 * Says something to the reader, aloud too.
 * @param {string | undefined} text
 */
export function say(text) {
  const status = document.getElementById("status");
  if (status === null || !text) return;
  status.textContent = text;
  status.hidden = false;
  setTimeout(() => status.hidden = true, 4000);
}

/** @param {Document} root */
function localTimes(root) {
  const lang = document.documentElement.lang;
  // The reader may say more than the page does: en-GB has another clock than en-US.
  const locale = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    time.textContent = ("date" in time.dataset ? day : clock).format(at);
    time.title = day.format(at);
  }
}
