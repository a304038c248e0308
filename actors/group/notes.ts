/** What is told about and not relayed: what may be seen once only, what could not be read. */
import type { Event, Messenger } from "../model/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { author } from "./roster.ts";

type Note = Extract<Event, { type: "note" }>;

/** Something happened in a chat that the others cannot see. */
export function note(draft: Draft, messenger: Messenger, event: Note): void {
  const member = event.author === undefined ? null : author(draft, messenger, event.author);
  if (event.note === "view-once") {
    // Whom nobody may hear, nobody hears of either.
    if (event.author === undefined || member !== null) viewOnce(draft);
    return;
  }
  if (event.note === "missed") {
    // Also where it was written: only whoever wrote it can send it again.
    const to = audience(draft.record, null);
    return draft.send({ type: "notice", key: "notice.missed", values: { messenger } }, to);
  }
  if (member === null) return;
  // Also where they wrote it: only they can send it again.
  const values = { name: member.name, messenger };
  draft.send({ type: "notice", key: "notice.unreadable", values }, audience(draft.record, null));
}

/** Everybody is told once, for good: that it happened again is nobody's business. */
function viewOnce(draft: Draft): void {
  const { record } = draft;
  if (record.told?.includes("view-once")) return;
  draft.change({ ...record, told: [...record.told ?? [], "view-once"] });
  draft.send({ type: "notice", key: "notice.view-once", values: {} }, audience(record, null));
}
