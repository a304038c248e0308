/** What somebody asks of us by a command, and how they are answered. */
import type { Member, MessageId, NativeId } from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import type { Draft } from "./draft.ts";
import { WEB } from "./web.ts";

/** Who wants something. What they reply to is the draft's target. */
export interface Asked {
  readonly member: Member;
  /** The id of what they wrote; null in the browser. */
  readonly native: NativeId | null;
  /** What stands behind the name of the command. */
  readonly words: string;
}

/** Does it and answers the message that it made or changed; null where there is none. */
export type Command = (draft: Draft, asked: Asked) => MessageId | null;

/**
 * Says something quietly to somebody in their own messenger, in reply to what they replied to. In the browser there is
 * nobody to say it there: it is the refusal. @throws {RelayError} `conflict` there
 */
export function answer(
  draft: Draft,
  member: Member,
  key: string,
  values: Readonly<Record<string, string>> = {},
): null {
  if (member.messenger === WEB) throw new RelayError("conflict", draft.text(key, values));
  const about = draft.around.target?.entry.id;
  draft.send({ type: "notice", key, values: { ...values }, quiet: true, about }, [member.messenger]);
  return null;
}
