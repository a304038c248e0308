/** What somebody wrote, in their messenger or in the browser: for us, or for everybody. */
import type { Content, Member, MessageId, NativeId } from "../model/mod.ts";
import { postCard } from "./cards.ts";
import { commandIn } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { post } from "./talk.ts";

/** Answers the message that came of it, or null. `native` is its id where it was written, null in the browser. */
export function say(
  draft: Draft,
  member: Member,
  content: Content,
  native: NativeId | null,
): MessageId | null {
  const command = commandIn(content);
  if (command !== null) return command.run(draft, { member, native, words: command.words });
  if (content.type === "contact") return postCard(draft, member, content, native);
  return post(draft, member, content, { native });
}
