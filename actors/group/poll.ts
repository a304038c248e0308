/** What a poll is, and what goes with it when it is taken away. Pure. */
import type { Attribution, Content, HistoryEntry, Messenger } from "../model/mod.ts";
import { audience, type Draft, type Known } from "./draft.ts";
import { WEB } from "./web.ts";

/** A poll that is known whole. */
export interface Poll {
  readonly target: Known;
  readonly history: HistoryEntry;
  readonly content: Extract<Content, { type: "poll" }>;
}

/** The poll that mail refers to; null where it is none. */
export function pollIn(target: Known | null): Poll | null {
  const history = target?.history;
  if (target === null || !history || history.content.type !== "poll") return null;
  return { target, history, content: history.content };
}

/** All chats in which people read the result. Browsers see the votes themselves. */
export function chats(draft: Draft): Messenger[] {
  return audience(draft.record, null).filter((messenger) => messenger !== WEB);
}

/** A poll that was taken away: its result goes too, and nobody can vote in our copy beside it. */
export function removePoll(draft: Draft, { name, messenger }: Attribution, target: Known): void {
  const poll = pollIn(target);
  if (poll === null) return;
  const { results = [], author: { messenger: origin } } = poll.history;
  const to = chats(draft);
  const here = to.filter((messenger) => messenger === origin);
  draft.send({ type: "close-poll", message: target.entry.id, origin }, here);
  const author = { name, messenger };
  for (const { name: message } of results) draft.send({ type: "delete", message, author, quiet: true }, to);
}
