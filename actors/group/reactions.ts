/**
 * Reactions: our one account shows one reaction a message on each messenger, the leading one of those who are not on
 * that messenger; a line below our own copy says whose they all are.
 */
import type { HistoryEntry, Member, MemberId, Messenger, Op, Quote } from "../model/mod.ts";
import { bareEmoji, excerpt, oneLine, shorten } from "../render/mod.ts";
import { audience, type Draft, type Known } from "./draft.ts";
import { pingsIn } from "./pings.ts";
import { WEB } from "./web.ts";

/** Of one person, to one message: more is no reaction any more. */
const EACH_MAX = 10;
/** What a tally names: so many emoji, so many people for each, in so many UTF-16 code units. More are counted. */
const EMOJI_MAX = 6;
const NAMES_MAX = 3;
const NAME_MAX = 20;
const EMOJI_UTF16 = 24;

/** Member → their emoji; who reacted last stands last. */
type Reactions = HistoryEntry["reactions"];
type Edit = Extract<Op, { type: "edit" }>;

/** One emoji, and who reacted with it: the newest last. */
interface Count {
  readonly emoji: string;
  readonly who: readonly Member[];
}

/** Somebody's whole set of reactions to a message, after a change. */
export function react(draft: Draft, member: Member, emoji: readonly string[], target: Known): void {
  const { entry: { id }, history } = target;
  if (history?.deleted === true) return;
  const before = history?.reactions ?? {};
  const after = changed(before, member.id, emoji);
  if (
    history !== null && JSON.stringify(before[member.id] ?? []) === JSON.stringify(after[member.id] ?? [])
  ) {
    return;
  }
  for (const messenger of audience(draft.record, member.messenger)) {
    const was = history === null ? null : ranked(draft, before, messenger);
    mirror(draft, { member, target, messenger, was, now: ranked(draft, after, messenger) });
  }
  if (history === null) return;
  for (const messenger of tallied(draft, target)) {
    if (messenger !== member.messenger) retally(draft, { history, before, after, messenger });
  }
  draft.changed.push({ ...history, reactions: after });
  draft.told.push({ type: "message", id });
}

function changed(before: Reactions, member: MemberId, emoji: readonly string[]): Reactions {
  const after: Record<string, string[]> = {};
  for (const [who, set] of Object.entries(before)) if (who !== member) after[who] = set;
  if (emoji.length > 0) after[member] = emoji.slice(0, EACH_MAX);
  return after;
}

interface Mirrored {
  readonly member: Member;
  readonly target: Known;
  readonly messenger: Messenger;
  /** Null where it is no longer known. */
  readonly was: readonly Count[] | null;
  readonly now: readonly Count[];
}

/** The leading emoji, where another one has come to lead. */
function mirror(draft: Draft, { member, target, messenger, was, now }: Mirrored): void {
  const { entry: { id }, history } = target;
  const [leading] = now;
  if (was !== null && was[0]?.emoji === leading?.emoji) return;
  const newest = leading?.who.at(-1) ?? member;
  draft.send({
    type: "react",
    message: id,
    author: { name: newest.name, messenger: newest.messenger },
    emoji: leading?.emoji ?? null,
    excerpt: history === null ? "…" : excerpt(history.content, (key, values) => draft.text(key, values)),
    ...(leading !== undefined && newest.id !== member.id ? { quiet: true } : {}),
    ...(tallied(draft, target).includes(messenger) ? { tallied: true } : {}),
  }, [messenger]);
}

/** Messengers on which a tally stands below our copy. */
function tallied(draft: Draft, { entry, history }: Known): Messenger[] {
  const type = history?.content.type;
  if (type !== "text" && type !== "media" && type !== "other") return [];
  return audience(draft.record, entry.messenger).filter((messenger) => messenger !== WEB);
}

function retally(draft: Draft, { history, before, after, messenger }: {
  readonly history: HistoryEntry;
  readonly before: Reactions;
  readonly after: Reactions;
  readonly messenger: Messenger;
}): void {
  const tally = tallyOn(draft, after, messenger);
  if (tally === tallyOn(draft, before, messenger)) return;
  const { author: { name, messenger: from }, content } = history;
  const pings = pingsIn(content, (id) => draft.member(id));
  draft.send({
    type: "edit",
    message: history.id,
    author: { name, messenger: from },
    content,
    ...(pings.length === 0 ? {} : { pings }),
    ...quoteIn({ history }),
    ...(tally === undefined ? {} : { tally }),
    quiet: true,
  }, [messenger]);
}

/** What a message answers, for an edit of it. */
export function quoteIn({ history }: Pick<Known, "history">): { readonly replyTo?: Quote } {
  const { replyTo: message, quote } = history ?? {};
  return message === undefined || quote === undefined ? {} : { replyTo: { message, ...quote } };
}

/** Sends an edit with the tally that stands below the message on each messenger. */
export function editWithTally(draft: Draft, op: Edit, history: HistoryEntry | null, to: Messenger[]): void {
  const without: Messenger[] = [];
  for (const messenger of to) {
    const tally = history === null || messenger === WEB
      ? undefined
      : tallyOn(draft, history.reactions, messenger);
    if (tally === undefined) without.push(messenger);
    else draft.send({ ...op, tally }, [messenger]);
  }
  draft.send(op, without);
}

/** The reaction that our account shows to a message on `messenger`. */
export function leadingOn(draft: Draft, reactions: Reactions, messenger: Messenger): string | null {
  return ranked(draft, reactions, messenger)[0]?.emoji ?? null;
}

/** "❤️ Anna, Ben · 👍 3": the reactions of those who are not on `messenger`; undefined where there are none. */
function tallyOn(draft: Draft, reactions: Reactions, messenger: Messenger): string | undefined {
  const counts = ranked(draft, reactions, messenger);
  const groups = counts.slice(0, EMOJI_MAX).map(({ emoji, who }) => {
    const names = who.map(({ name }) => shorten(oneLine(name), NAME_MAX));
    return `${emoji} ${who.length > NAMES_MAX ? who.length : names.join(", ")}`;
  });
  if (groups.length === 0) return undefined;
  return [...groups, ...(counts.length > EMOJI_MAX ? ["…"] : [])].join(" · ");
}

/** The emoji of those who are not on `messenger`: the most frequent first; of two as frequent, the newer. */
function ranked(draft: Draft, reactions: Reactions, messenger: Messenger): Count[] {
  const counts = new Map<string, { emoji: string; who: Member[] }>();
  for (const [id, set] of Object.entries(reactions)) {
    const member = draft.member(id as MemberId);
    if (member === null || member.messenger === messenger) continue;
    for (const one of new Set(set)) {
      const emoji = shorten(oneLine(one), EMOJI_UTF16);
      const bare = bareEmoji(emoji);
      const known = counts.get(bare);
      if (known?.who.includes(member) === true || emoji === "") continue;
      // What was last reacted with stands last. The form with a variation selector is the coloured one.
      counts.delete(bare);
      const form = (known?.emoji.length ?? 0) > emoji.length ? known?.emoji ?? emoji : emoji;
      counts.set(bare, { emoji: form, who: [...known?.who ?? [], member] });
    }
  }
  return [...counts.values()].reverse().toSorted((a, b) => b.who.length - a.who.length);
}
