/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** News: from the group's event stream, or by asking where there is none. */
import { refresh } from "./view.js";

const EVENTS = ["message", "delivery", "member", "bridge", "group", "health", "reset"];
/** Of an account that is being linked. The last two end it: to listen again would begin another linking. */
const STEPS = ["qr", "code", "text", "ask", "done", "failed"];
const LAST = ["done", "failed"];

/** Starts what the page asks for. */
export function live() {
  const { events, poll } = document.body.dataset;
  if (events) listen(events);
  if (poll) ask(Number(poll));
}

/** @param {string} address */
function listen(address) {
  const source = new EventSource(address);
  const connection = document.getElementById("connection");
  let opened = false;
  source.addEventListener("open", () => {
    if (connection) connection.hidden = true;
    // What came between the rendering of this page and the stream would be missed.
    if (opened || document.readyState !== "loading") refresh();
    opened = true;
  });
  source.addEventListener("error", () => {
    if (!connection) return;
    connection.textContent = connection.dataset.text ?? "";
    connection.hidden = false;
  });
  for (const type of EVENTS) source.addEventListener(type, () => refresh());
  for (const type of STEPS) {
    source.addEventListener(type, () => {
      if (LAST.includes(type)) source.close();
      refresh();
    });
  }
  addEventListener("pagehide", () => source.close());
}

/** @param {number} everyMs */
function ask(everyMs) {
  setInterval(() => {
    if (document.visibilityState === "visible") refresh();
  }, everyMs);
}
