/** What somebody wrote, in their messenger or in the browser: a command, a vote, or for everybody. */
import type { Content, Member, MessageId, NativeId } from "../model/mod.ts";
import { postCard } from "./cards.ts";
import { commandIn } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { choiceIn, voteByNumbers } from "./votes.ts";
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
  const choice = choiceIn(content, draft.around.target);
  if (choice !== null) return voteByNumbers(draft, member, choice);
  if (content.type === "contact") return postCard(draft, member, content, native);
  return post(draft, member, content, { native });
}
