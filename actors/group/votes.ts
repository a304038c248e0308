/** Votes: from everywhere into one result, which a line in each chat keeps up until the poll is closed. Pure. */
import {
  type Content,
  type Event,
  type HistoryEntry,
  type Member,
  type MessageId,
  type Messenger,
} from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { answer } from "./asked.ts";
import type { Draft, Known } from "./draft.ts";
import { chats, type Poll, pollIn } from "./poll.ts";
import { author, memberIdOf } from "./roster.ts";
import { resultOf } from "./tally.ts";
import { changeHistory } from "./talk.ts";
import { WEB } from "./web.ts";

/** How long a line is counted on: WhatsApp's can be changed for 15 minutes (facts of 2026-11-23), others' for longer. */
const FRESH_MS = 10 * 60_000;
/** Of one result. */
const NAMES_MAX = 16;

/** "2", "2.", "1, 3", "1 3": numbers and nothing else. "+1" is an opinion. */
const NUMBERS = /^\d{1,3}[.)]?(?:(?:\s*[,;&]\s*|\s+)\d{1,3}[.)]?)*$/;
const NUMBERS_MAX = 200;
/** What makes a key of a number. */
const KEYCAP = /[\ufe0f\u20e3]/g;

function wantedPoll(draft: Draft): Poll {
  if (draft.around.target === null) {
    throw new RelayError("not-found", "Cannot find this message in the group");
  }
  const poll = pollIn(draft.around.target);
  if (poll === null) throw new RelayError("invalid", "Cannot do this to the message as it must be a poll");
  return poll;
}

/** A vote from the browser. @throws {RelayError} where the choice cannot be */
export function vote(draft: Draft, member: Member, choice: readonly number[]): MessageId {
  const poll = wantedPoll(draft);
  const { options } = poll.content;
  if (poll.history.closed === true) throw new RelayError("conflict", draft.text("poll.closed"));
  if (choice.some((option) => option >= options.length)) {
    throw new RelayError(
      "invalid",
      `Cannot vote for this option as it must be one of the poll's: there are ${options.length}`,
    );
  }
  if (new Set(choice).size > 1 && poll.content.multiple !== true) {
    throw new RelayError("invalid", `Cannot vote so as it must be for one option: it is ${choice.length}`);
  }
  return put(draft, poll, member, choice);
}

/** A vote in a messenger: what cannot be chosen there either is left out. */
export function hearVote(draft: Draft, messenger: Messenger, event: Extract<Event, { type: "vote" }>): void {
  const poll = pollIn(draft.around.target);
  // What was chosen before the end counts, however long it was on its way.
  if (poll === null || event.at > (poll.history.closedAt ?? Infinity)) return;
  const before = draft.member(memberIdOf(draft, messenger, event.author.native));
  if (before !== null && before.leftAt !== null) return;
  const member = author(draft, messenger, event.author);
  const choice = limited(poll, event.options);
  // A choice of nothing takes a vote back; a choice of what is not there does not.
  if (member !== null && (choice.length > 0 || event.options.length === 0)) put(draft, poll, member, choice);
}

/** The options that a reply of nothing but numbers names; null where it is an ordinary reply. */
export function choiceIn(content: Content, target: Known | null): readonly number[] | null {
  const poll = pollIn(target);
  if (poll === null || content.type !== "text") return null;
  const text = content.body.text.replace(KEYCAP, "").trim();
  if (text.length > NUMBERS_MAX || !NUMBERS.test(text)) return null;
  const choice = (text.match(/\d+/g) ?? []).map((number) => Number(number) - 1);
  // "2024" answers a question in its own way: nothing that people wrote may be lost.
  const there = choice.every((option) => option >= 0 && option < poll.content.options.length);
  return there && choice.length > 0 ? choice : null;
}

/** A vote by numbers, which nobody else reads. */
export function voteByNumbers(draft: Draft, member: Member, choice: readonly number[]): MessageId | null {
  if (member.messenger === WEB) return vote(draft, member, choice);
  const poll = wantedPoll(draft);
  if (poll.history.closed === true) return answer(draft, member, "poll.closed");
  return put(draft, poll, member, limited(poll, choice));
}

function limited({ content }: Poll, choice: readonly number[]): number[] {
  const there = [...new Set(choice)].filter((option) => option < content.options.length);
  return content.multiple === true ? there : there.slice(0, 1);
}

/** Somebody's whole choice takes the place of what they chose before. */
function put(
  draft: Draft,
  { target, history, content }: Poll,
  member: Member,
  choice: readonly number[],
): MessageId {
  const { id } = target.entry;
  const { [member.id]: before = [], ...others } = history.votes ?? {};
  const mine = [...new Set(choice)].toSorted((a, b) => a - b);
  if (before.join() === mine.join()) return id;
  const votes = mine.length === 0 ? others : { ...others, [member.id]: mine };
  const { results, ...lines } = linesNow(draft, history);
  const values = resultOf(content, votes);
  const said = history.closed === true ? { key: "poll.final" } : { key: "poll.result", live: true };
  draft.send({ type: "result", about: id, ...lines, ...said, values }, chats(draft));
  changeHistory(draft, target, (entry) => ({ ...entry, votes, results }));
  return id;
}

interface Lines {
  readonly results: NonNullable<HistoryEntry["results"]>;
  readonly message: MessageId;
  readonly older: MessageId[];
}

/**
 * What the lines with the result are called from now on. After a while there is one more name: where a messenger does
 * not let us change the last line any more, it is said anew.
 */
function linesNow(draft: Draft, { results: before = [] }: HistoryEntry): Lines {
  const { at } = draft.around;
  const last = before.at(-1);
  const fresh = last !== undefined && at - last.at < FRESH_MS;
  const now = fresh ? last : { name: draft.named(WEB), at };
  const older = fresh ? before.slice(0, -1) : before;
  // Where lines can always be changed, the first stays the one.
  const kept = older.length < NAMES_MAX ? older : older.toSpliced(1, 1);
  return { results: [...kept, now], message: now.name, older: kept.map(({ name }) => name) };
}

/** From the browser: nobody can vote any more. @throws {RelayError} where this is not for `member` to do */
export function close(draft: Draft, member: Member): MessageId {
  const poll = wantedPoll(draft);
  if (!mayClose(poll, member)) throw new RelayError("forbidden", "Cannot close a poll of somebody else");
  return end(draft, poll);
}

/** A messenger told of the end of a poll. Where it does not say by whom, it was somebody who may. */
export function hearClosed(
  draft: Draft,
  messenger: Messenger,
  event: Extract<Event, { type: "poll-closed" }>,
): void {
  const poll = pollIn(draft.around.target);
  if (poll === null) return;
  const member = event.author === undefined ? undefined : author(draft, messenger, event.author);
  if (member === null || (member !== undefined && !mayClose(poll, member))) return;
  end(draft, poll);
}

function mayClose({ target }: Poll, member: Member): boolean {
  return target.entry.author === member.id || member.admin || member.owner === true;
}

/** Closed everywhere; the result is said once more where the line with it cannot be changed. */
function end(draft: Draft, { target, history, content }: Poll): MessageId {
  const { id } = target.entry;
  if (history.closed === true) return id;
  const to = chats(draft);
  draft.send({ type: "close-poll", message: id, origin: history.author.messenger }, to);
  const { results, ...lines } = linesNow(draft, history);
  const values = resultOf(content, history.votes ?? {});
  draft.send({ type: "result", about: id, ...lines, key: "poll.final", values }, to);
  changeHistory(draft, target, (entry) => ({ ...entry, results, closed: true, closedAt: draft.around.at }));
  return id;
}
