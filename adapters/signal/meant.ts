/** Which messages a message is about: those that it answers, reacts to, edits or takes away. */
import { type ChatId, NativeId } from "../../actors/model/mod.ts";
import type { Edits } from "./edits.ts";
import { parseMessageId } from "./ids.ts";
import type { DataMessage, Said } from "./wire.ts";

/** A message, by whoever wrote it and when; either may be missing. */
type Named = readonly [author: string | null | undefined, timestamp: number | null | undefined];

/** All that this one may mean and that somebody else may have written. */
function othersIn(
  { reaction, adminDelete, quote, pollVote, pinMessage, unpinMessage }: DataMessage,
): Named[] {
  return [
    [reaction?.targetAuthorUuid, reaction?.targetSentTimestamp],
    [adminDelete?.targetAuthorUuid, adminDelete?.targetSentTimestamp],
    [quote?.authorUuid, quote?.id],
    [pollVote?.authorUuid, pollVote?.targetSentTimestamp],
    [pinMessage?.targetAuthorUuid, pinMessage?.targetSentTimestamp],
    [unpinMessage?.targetAuthorUuid, unpinMessage?.targetSentTimestamp],
  ];
}

/** Whether it is about a message of ours that we do not know yet. */
export function meansOurs({ data }: Said, me: string, isOurs: (timestamp: number) => boolean): boolean {
  return othersIn(data).some(([author, timestamp]) => author === me && timestamp && !isOurs(timestamp));
}

/** The first ids, and the files, of all messages that this one may mean. */
export async function namesOf(
  { data, edits: edited }: Said,
  { author, chat, edits }: { readonly author: string; readonly chat: ChatId; readonly edits: Edits },
): Promise<{ first: (id: NativeId) => NativeId; files: (id: NativeId) => readonly NativeId[] }> {
  const named: readonly Named[] = [
    [author, edited],
    [author, data.remoteDelete?.timestamp],
    [author, data.pollTerminate?.targetSentTimestamp],
    ...othersIn(data),
  ];
  const firsts = new Map<NativeId, NativeId>();
  const files = new Map<NativeId, readonly NativeId[]>();
  for (const [by, timestamp] of named) {
    if (!by || !timestamp) continue;
    const id = NativeId.parse(`${by}:${timestamp}`);
    if (parseMessageId(id) === null) continue;
    const first = await edits.first(chat, id);
    firsts.set(id, first);
    files.set(first, await edits.filesOf(chat, first));
  }
  return { first: (id) => firsts.get(id) ?? id, files: (id) => files.get(id) ?? [id] };
}
