/** The message that mail refers to, looked up: from memory where it is there, else from the store. */
import type { GroupId, Mail, Messenger, NativeId } from "../model/mod.ts";
import type { History, MessageMap } from "../store/mod.ts";
import { targetOf } from "./decide.ts";
import type { Known } from "./draft.ts";
import { WEB } from "./web.ts";

interface Memory {
  readonly map: MessageMap;
  readonly history: History;
}

/** Null: it refers to none. Undefined: memory does not know. */
export function recallTarget({ map, history }: Memory, group: GroupId, mail: Mail): Known | null | undefined {
  const target = targetOf(mail);
  if (target === null) return null;
  const id = "message" in target
    ? target.message
    : map.recall(group, messengerOf(mail), target.native as NativeId);
  if (id === null) return undefined;
  const entry = map.recallEntry(group, id);
  const seen = history.recall(group, id);
  return entry === null || seen === null ? undefined : { entry, history: seen };
}

/** Null: it refers to none, or to one that is not (or no longer) known in this group. */
export async function readTarget(
  { map, history }: Memory,
  group: GroupId,
  mail: Mail,
): Promise<Known | null> {
  const target = targetOf(mail);
  if (target === null) return null;
  const id = "message" in target
    ? target.message
    : await map.find(group, messengerOf(mail), target.native as NativeId);
  if (id === null) return null;
  const entry = (await map.entries(group, [id])).get(id);
  if (entry === undefined) return null;
  return { entry, history: await history.read(group, id) };
}

/** Whose native ids mail speaks of. */
export function messengerOf(mail: Mail): Messenger {
  return mail.kind === "event" ? mail.messenger : WEB;
}
