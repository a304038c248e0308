/** What is told about and not relayed: the picture, the description, what may be seen once only. */
import type { Event, Messenger } from "../model/mod.ts";
import { excerpt } from "../render/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { author } from "./roster.ts";

type Note = Extract<Event, { type: "note" }>;

/** Something happened in a chat that the others cannot see. */
export function note(draft: Draft, messenger: Messenger, event: Note): void {
  if (event.note === "view-once") return viewOnce(draft);
  const member = event.author === undefined ? null : author(draft, messenger, event.author);
  if (member === null) return;
  const values = { name: member.name, messenger };
  const to = audience(draft.record, messenger);
  if (event.note === "icon") return draft.send({ type: "notice", key: "notice.icon", values }, to);
  const body = { text: event.text ?? "", spans: [] };
  const text = excerpt({ type: "text", body }, (key, of) => draft.text(key, of));
  const key = text === "" ? "notice.description-gone" : "notice.description";
  draft.send({ type: "notice", key, values: { ...values, text } }, to);
}

/** Everybody is told once, for good: that it happened again is nobody's business. */
function viewOnce(draft: Draft): void {
  const { record } = draft;
  if (record.told?.includes("view-once")) return;
  draft.change({ ...record, told: [...record.told ?? [], "view-once"] });
  draft.send({ type: "notice", key: "notice.view-once", values: {} }, audience(record, null));
}
