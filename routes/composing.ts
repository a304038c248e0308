/** What somebody in the browser says, made of what they entered: the same for REST and for the pages. */
import {
  type Content,
  type GroupId,
  MessageId,
  messageIdOf,
  type MessageView,
  NativeId,
  plain,
  type RichText,
  seqOf,
  type WebAction,
} from "../actors/model/mod.ts";
import type { RelayMedia, Upload } from "../actors/ports/mod.ts";
import type { AppDeps } from "./deps.ts";
import { HttpProblem } from "./problem.ts";
import { NEVER } from "./served_file.ts";
import { cleanText } from "./text.ts";

/** How many files can be sent at once: Telegram's albums have no more. */
export const FILES_MAX = 10;
/** What a poll may be, so that it is one on every messenger: Telegram has the shortest. */
export const POLL_LIMITS = { question: 255, option: 100, options: 12 } as const;

/** A file that was taken in. */
export type Taken = Awaited<ReturnType<RelayMedia["take"]>>;

/** Takes in a file, as a stream. @throws {DeliveryFailure} */
export async function takeFile({ relay }: AppDeps, group: GroupId, upload: Upload): Promise<Taken> {
  return await relay.media.take(group, upload, { signal: NEVER });
}

/** A file that was taken in before. @throws {HttpProblem} 422 */
export async function takenFile({ relay }: AppDeps, group: GroupId, fileId: string): Promise<Taken> {
  const id = NativeId.safeParse(fileId);
  const taken = id.success ? await relay.media.taken(group, id.data) : null;
  if (taken !== null) return taken;
  throw new HttpProblem(
    422,
    "file-unknown",
    "Cannot send this file as it must have been taken in here within the day: there is none with this id",
  );
}

/** Files with the words under the first of them; several are an album. */
export function fileContents(deps: AppDeps, files: readonly Taken[], words: RichText): Content[] {
  const album = deps.host.randomBytes(12).toBase64({ alphabet: "base64url" });
  return files.map(({ kind, media }, at) => ({
    type: "media",
    kind,
    media,
    caption: at === 0 ? words : plain(""),
    ...(files.length > 1 ? { album } : {}),
  }));
}

/** `message` with other words: those under a file, or the text itself. @throws {HttpProblem} 409, 422 */
export function reworded(message: MessageView | null, words: RichText): Content {
  const content = message?.content ?? null;
  if (content?.type === "media") return { ...content, caption: words };
  if (content !== null && content.type !== "text") {
    throw new HttpProblem(409, "conflict", "Cannot change this message as it must have words of its own");
  }
  return textOf(words);
}

/** A message of words only. @throws {HttpProblem} 422 */
export function textOf(body: RichText): Content {
  if (body.text !== "") return { type: "text", body };
  throw new HttpProblem(422, "text-empty", "Cannot send an empty message: write at least one character");
}

/** A line without breaks. */
export function cleanLine(entered: string): string {
  return cleanText(entered).replace(/\s+/g, " ").trim();
}

/** A message within the retention window, or null. */
export async function messageIn(
  { relay }: AppDeps,
  group: GroupId,
  id: MessageId,
): Promise<MessageView | null> {
  const before = MessageId.safeParse(messageIdOf(seqOf(id) + 1));
  if (!before.success) return null;
  const [found] = await relay.read.messages(group, { before: before.data, limit: 1 });
  return found?.id === id ? found : null;
}

/** Says `contents` one after the other; the first answers `replyTo`. Answers their ids. */
export async function sayAll(
  { relay }: AppDeps,
  group: GroupId,
  { contents, ...who }: Pick<WebAction & { type: "message" }, "member" | "replyTo"> & {
    readonly contents: readonly Content[];
  },
): Promise<MessageId[]> {
  const ids: MessageId[] = [];
  const { member, replyTo } = who;
  for (const content of contents) {
    const answers = replyTo === undefined || ids.length > 0 ? {} : { replyTo };
    const { messageId } = await relay.ask.act(group, { type: "message", member, content, ...answers });
    ids.push(messageId);
  }
  return ids;
}
