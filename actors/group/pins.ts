/** Pins: the others are told which message it was, in reply to it where they have it. */
import type { Event, Messenger } from "../model/mod.ts";
import { excerpt } from "../render/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { author } from "./roster.ts";

type Pin = Extract<Event, { type: "pin" }>;

/** That something is pinned no more is nobody's business. */
export function pinned(draft: Draft, messenger: Messenger, event: Pin): void {
  const { target } = draft.around;
  const member = event.author === undefined ? null : author(draft, messenger, event.author);
  // Of one whom nobody may hear, of a line of ours, or of something from before our time nothing is told.
  if (!event.pinned || target === null || target.entry.author === null) return;
  if (event.author !== undefined && member === null) return;
  const { history } = target;
  const words = history === null || history.deleted
    ? "…"
    : excerpt(history.content, (key, values) => draft.text(key, values));
  const values = { messenger, excerpt: words === "" ? "…" : words };
  const to = audience(draft.record, messenger);
  const about = target.entry.id;
  if (member === null) return draft.send({ type: "notice", key: "notice.pinned", values, about }, to);
  const named = { ...values, name: member.name };
  draft.send({ type: "notice", key: "notice.pinned-by", values: named, about }, to);
}
