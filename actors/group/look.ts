/** What stands under a group's title, and its picture: kept the same everywhere. What we set ourselves is no news. */
import type { Attribution, Event, GroupLook, Messenger, Person } from "../model/mod.ts";
import { shorten } from "../render/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { author } from "./roster.ts";

/** The longest that any messenger takes is 2,048 UTF-16 code units. */
const DESCRIPTION_MAX = 2_048;
/** For so long a change without an author may be an echo of what we set, ms. */
const ECHO_MS = 10 * 60_000;

type DescriptionEvent = Extract<Event, { type: "description" }>;
type IconEvent = Extract<Event, { type: "icon" }>;

/** Somebody changed the description in their messenger. */
export function described(draft: Draft, messenger: Messenger, event: DescriptionEvent): void {
  const text = shorten(event.text.trim(), DESCRIPTION_MAX);
  const now = draft.record.look?.description;
  if (now === undefined ? text === "" : isSame(text, now.text)) return;
  const before = now?.before;
  const fresh = now !== undefined && draft.around.at - now.at < ECHO_MS;
  if (event.author === undefined && fresh && before !== undefined && isSame(text, before)) return;
  const by = whose(draft, messenger, event.author);
  if (by === "nobody") return;
  const { at } = draft.around;
  change(draft, { description: { text, at, ...(now === undefined ? {} : { before: now.text }) } });
  draft.send({ type: "description", description: text, ...by }, audience(draft.record, messenger));
}

/** A messenger that takes less has it shorter: that is not another one. */
function isSame(text: string, full: string): boolean {
  if (text === full) return true;
  const shown = text.replace(/\s*…$/, "");
  return shown !== text && shown !== "" && shown.length < full.length && full.startsWith(shown);
}

/** Somebody changed the picture in their messenger, or took it away. */
export function pictured(draft: Draft, messenger: Messenger, { media, author: who }: IconEvent): void {
  const now = draft.record.look?.icon;
  const { at } = draft.around;
  if (now !== undefined && now.source === messenger && now.media?.native === media?.native) return;
  // Pictures come back in another form than they were sent: only who changed it, and when, tells them apart.
  if (who === undefined && now !== undefined && now.source !== messenger && at - now.at < ECHO_MS) return;
  const by = whose(draft, messenger, who);
  if (by === "nobody") return;
  change(draft, { icon: { source: messenger, media, at } });
  draft.send({ type: "icon", source: messenger, media, ...by }, audience(draft.record, messenger));
}

/** A bridge that has just become ready gets what the others have. */
export function showLook(draft: Draft, messenger: Messenger): void {
  const { description, icon } = draft.record.look ?? {};
  if (description !== undefined && description.text !== "") {
    draft.send({ type: "description", description: description.text }, [messenger]);
  }
  if (icon !== undefined && icon.media !== null && icon.source !== messenger) {
    draft.send({ type: "icon", source: icon.source, media: icon.media }, [messenger]);
  }
}

function change(draft: Draft, look: GroupLook): void {
  draft.change({ ...draft.record, look: { ...draft.record.look, ...look } });
  draft.told.push({ type: "group", data: { title: draft.record.title, ended: false } });
}

/** Nobody: one whom nobody may hear. */
function whose(
  draft: Draft,
  messenger: Messenger,
  person: Person | undefined,
): { readonly by?: Attribution } | "nobody" {
  if (person === undefined) return {};
  const member = author(draft, messenger, person);
  return member === null ? "nobody" : { by: { name: member.name, messenger } };
}
