/** What people say: messages, edits, deletes, reactions. From messengers and from the browser alike. */
import type {
  Attribution,
  Content,
  HistoryEntry,
  Member,
  MessageId,
  Messenger,
  NativeId,
  Ping,
  Quote,
} from "../model/mod.ts";
import { messageIdOf } from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { excerpt } from "../render/mod.ts";
import { historyOf } from "../store/mod.ts";
import { audience, type Draft, type Known } from "./draft.ts";
import { withPings } from "./pings.ts";
import { WEB } from "./web.ts";
import { scheduleEnd, strictest } from "./timers.ts";
import { removePoll } from "./poll.ts";
import * as reactions from "./reactions.ts";

const GONE: Content = { type: "text", body: { text: "", spans: [] } };

/** How a message came. */
export interface Came {
  /** Its id on the messenger that it came from; null in the browser. */
  readonly native: NativeId | null;
  /** Numbers that stay here for now. */
  readonly withheld?: readonly string[];
}

/** A new message. */
export function post(draft: Draft, member: Member, said: Content, { native, withheld }: Came): MessageId {
  const { around, record } = draft;
  const { content, ...pings } = meant(draft, said);
  const id = messageIdOf(around.seq);
  const entry = { id, messenger: member.messenger, author: member.id, native, at: around.at };
  const answers = around.target !== null && around.target.entry.author !== null;
  const replyTo = around.target !== null && answers ? quote(draft, around.target) : undefined;
  const op = { type: "post", message: id, author: attribution(member), content, replyTo, ...pings } as const;
  const to = audience(record, member.messenger);
  draft.message = entry;
  scheduleEnd(draft, id);
  draft.send(op, to);
  if (content.type === "poll") {
    const here = audience(record, null).filter((messenger) => messenger === member.messenger);
    draft.send({ ...op, mirror: true }, here);
  }
  if (withheld !== undefined) draft.made = { ...historyOf(entry, op), withheld: [...withheld] };
  else if (to.length === 0) draft.made = historyOf(entry, op);
  draft.told.push({ type: "message", id });
  return id;
}

/** With whom it means; an op that means nobody says nothing of it. */
function meant(draft: Draft, said: Content): { readonly content: Content; readonly pings?: Ping[] } {
  const label = (messenger: Messenger): string => draft.label(messenger);
  const { content, pings } = withPings(said, { members: draft.present(), label });
  return pings.length === 0 ? { content } : { content, pings: [...pings] };
}

/** Whose words these are. */
export function attribution(member: Member): Attribution {
  return { name: member.name, messenger: member.messenger };
}

function quote(draft: Draft, target: Known): Quote {
  const { history, entry } = target;
  const name = history?.author.name ?? (entry.author === null ? "" : draft.member(entry.author)?.name ?? "");
  const line = history === null || history.deleted ? "…" : excerpt(history.content, textOf(draft));
  return { message: entry.id, name: name === "" ? "…" : name, excerpt: line };
}

function textOf(draft: Draft): (key: string, values?: Readonly<Record<string, string>>) => string {
  return (key, values) => draft.text(key, values);
}

/** Votes are for the options as they are, and a card's numbers are withheld: neither is ever another one. */
function isFixed(content: Content | undefined): boolean {
  return content?.type === "poll" || content?.type === "contact";
}

/** Whether `member` wrote the message that is meant. A stranger's edit changes nothing. */
function wrote(member: Member, target: Known): boolean {
  return target.entry.author === member.id;
}

/** The author changed their words. `alias` is the further native id that the message has now. */
export function edit(draft: Draft, member: Member, said: Content, alias: NativeId | null): MessageId {
  const target = wanted(draft);
  const { content, ...pings } = meant(draft, said);
  if (!wrote(member, target)) throw new RelayError("forbidden", "Cannot edit a message of somebody else");
  const id = target.entry.id;
  if (isFixed(said) || isFixed(target.history?.content)) {
    if (member.messenger !== WEB) return id;
    throw new RelayError("invalid", "Cannot edit the message as it must be neither a poll nor a card");
  }
  if (alias !== null) draft.alias = { messenger: member.messenger, native: alias, message: id };
  // Messengers tell of changes that nobody sees: a preview that has loaded, a button that was pressed.
  if (JSON.stringify(content) === JSON.stringify(target.history?.content)) return id;
  const author = attribution(member);
  const op = { type: "edit", message: id, author, content, ...pings, ...reactions.quoteIn(target) } as const;
  reactions.editWithTally(draft, op, target.history, audience(draft.record, member.messenger));
  // A place that moved has come to its end: nobody has said anything else.
  const ended = content.type === "location" && content.live === "ended";
  changeHistory(draft, target, (entry) => ({ ...entry, content, edited: entry.edited || !ended }));
  return id;
}

/** Who may take a message away: its author, an admin, the owner of the group. */
export function mayRemove(member: Member, target: Known): boolean {
  return wrote(member, target) || member.admin || member.owner === true;
}

/** Somebody took a message away; `quiet`: its time was over. `to`: where it goes, else everywhere but where they are. */
export function remove(
  draft: Draft,
  member: Member,
  { quiet = false, to = audience(draft.record, member.messenger) }: {
    readonly quiet?: boolean | undefined;
    readonly to?: readonly Messenger[];
  } = {},
): MessageId {
  const target = wanted(draft);
  if (!mayRemove(member, target)) {
    throw new RelayError("forbidden", "Cannot delete a message of somebody else");
  }
  const id = target.entry.id;
  const seconds = strictest(draft.record);
  const silently = quiet ? { quiet, ...(seconds > 0 ? { after: seconds } : {}) } : {};
  draft.send({ type: "delete", message: id, author: attribution(member), ...silently }, to);
  removePoll(draft, member, target);
  takeWords(draft, target);
  return id;
}

/** Its time is over, where it had `seconds`: our copies go, and browsers no longer show it. */
export function fade(draft: Draft, seconds: number): void {
  const { target } = draft.around;
  const messenger = target?.entry.messenger ?? null;
  if (target === null || messenger === null || target.history?.deleted === true) return;
  const author = { name: target.history?.author.name ?? "", messenger };
  const op = { type: "delete", message: target.entry.id, author, quiet: true, after: seconds } as const;
  draft.send(op, audience(draft.record, messenger));
  removePoll(draft, author, target);
  takeWords(draft, target);
}

/** What was said is kept no longer. */
function takeWords(draft: Draft, target: Known): void {
  changeHistory(draft, target, ({ votes, withheld, ...entry }) => ({
    ...entry,
    content: GONE,
    reactions: {},
    deleted: true,
    ...(votes === undefined ? {} : { votes: {} }),
    ...(withheld === undefined ? {} : { withheld: [] }),
  }));
}

function wanted(draft: Draft): Known {
  const { target } = draft.around;
  if (target === null) throw new RelayError("not-found", "Cannot find this message in the group");
  return target;
}

/** A message is another from now on. */
export function changeHistory(
  draft: Draft,
  target: Known,
  change: (entry: HistoryEntry) => HistoryEntry,
): void {
  if (target.history === null) return;
  draft.changed.push(change(target.history));
  draft.told.push({ type: "message", id: target.entry.id });
}

/** Somebody's whole set of reactions to a message, after a change. */
export function react(draft: Draft, member: Member, emoji: readonly string[]): MessageId {
  const target = wanted(draft);
  reactions.react(draft, member, emoji, target);
  return target.entry.id;
}
