/** Which messages a message is about: those that it answers, reacts to, edits or takes away. */
import { type ChatId, NativeId } from "../../actors/model/mod.ts";
import type { Edits } from "./edits.ts";
import { parseMessageId } from "./ids.ts";
import type { Said } from "./wire.ts";

/** Whether it is about a message of ours that we do not know yet. */
export function meansOurs(
  { data: { reaction, quote } }: Said,
  me: string,
  isOurs: (timestamp: number) => boolean,
): boolean {
  const meant = [[reaction?.targetAuthorUuid, reaction?.targetSentTimestamp], [
    quote?.authorUuid,
    quote?.id,
  ]] as const;
  return meant.some(([author, timestamp]) => author === me && timestamp !== undefined && !isOurs(timestamp));
}

/** The first ids, and the files, of all messages that this one may mean. */
export async function namesOf(
  { data: { reaction, remoteDelete, adminDelete, quote }, edits: edited }: Said,
  { author, chat, edits }: { readonly author: string; readonly chat: ChatId; readonly edits: Edits },
): Promise<{ first: (id: NativeId) => NativeId; files: (id: NativeId) => readonly NativeId[] }> {
  const named = [
    [author, edited],
    [author, remoteDelete?.timestamp],
    [reaction?.targetAuthorUuid, reaction?.targetSentTimestamp],
    [adminDelete?.targetAuthorUuid, adminDelete?.targetSentTimestamp],
    [quote?.authorUuid, quote?.id],
  ] as const;
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
