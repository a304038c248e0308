/** `/delete`: takes a message away where its messenger does not tell us of deletes. */
import type { MessageId } from "../model/mod.ts";
import { answer, type Asked } from "./asked.ts";
import { audience, type Draft } from "./draft.ts";
import { mayRemove, remove } from "./talk.ts";
import { WEB } from "./web.ts";

/** In reply to one's own message, or an admin's to any: it goes everywhere but where its author wrote it. */
export function takeBack(draft: Draft, { member }: Asked): MessageId | null {
  const { target } = draft.around;
  if (target === null || target.entry.author === null) return answer(draft, member, "delete.none");
  if (!mayRemove(member, target)) return answer(draft, member, "delete.not-yours");
  const to = audience(draft.record, null).filter((messenger) => messenger !== target.entry.messenger);
  const id = remove(draft, member, { to });
  if (member.messenger !== WEB && member.messenger === target.entry.messenger) {
    answer(draft, member, "delete.done");
  }
  return id;
}
