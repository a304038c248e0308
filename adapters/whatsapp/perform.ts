/** Performs one op: chooses the message's id, keeps the message, sends it, and waits for WhatsApp's word on it. */
import { createHmac } from "node:crypto";
import { generateWAMessage, type WAMessage } from "@whiskeysockets/baileys";
import { type ChatId, NativeId, type NativeOp, type OpId, type Receipt } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import type { Authors } from "./authors.ts";
import {
  type AuthorOfTarget,
  checkedTitle,
  encode,
  encodeMedia,
  type MessageOp,
  type Outgoing,
} from "./encode.ts";
import { asked, codeOf, cutOff, offline, refusedMessage, refusedQuery } from "./failures.ts";
import type { Groups } from "./groups.ts";
import type { Line } from "./line.ts";
import { fileOf } from "./media.ts";
import { SILENT } from "./quiet.ts";
import type { Sent } from "./sent.ts";

/** What an op is performed with. */
export interface PerformDeps {
  readonly line: Line;
  readonly groups: Groups;
  readonly authors: Authors;
  readonly sent: Sent;
  readonly now: () => number;
}

/** One op, and where. */
export interface Performing {
  /** Reads the file of a `media` op. */
  readonly media?: SendOptions["media"];
  readonly chat: ChatId;
  readonly op: MessageOp | Extract<NativeOp, { type: "title" }>;
  readonly opId: OpId;
  readonly signal: AbortSignal;
}

/** Attribute of a stanza that changes an earlier message, by what it does. */
const EDIT = { edit: "1", deleteOwn: "7", deleteAsAdmin: "8" } as const;

/** @throws {DeliveryFailure} */
export async function perform(deps: PerformDeps, performing: Performing): Promise<Receipt> {
  const { chat, op, opId, signal, media } = performing;
  const { line, authors, now } = deps;
  if (op.type === "title") {
    await asked("set the title", line.socket.groupUpdateSubject(chat, checkedTitle(op.title)));
    return { ids: [], at: now() };
  }
  const outgoing = await outgoingOf(deps, { chat, op, media });
  const id = idOf(line, opId);
  const message = await generate(deps, { chat, outgoing, id });
  await Promise.all([
    deps.sent.keep({ id, chat, at: now(), message: message.message ?? {} }),
    isNew(op) ? authors.add(chat, id, null) : undefined,
  ]);
  await relay(line, { chat, message, outgoing, id, signal });
  return { ids: isNew(op) ? [NativeId.parse(id)] : [], at: now() };
}

/** Whether it makes a message that others can refer to. */
function isNew({ type }: MessageOp): boolean {
  return type === "post" || type === "media";
}

interface OutgoingOf extends Pick<Performing, "chat" | "media"> {
  readonly op: MessageOp;
}

async function outgoingOf(deps: PerformDeps, { chat, op, media }: OutgoingOf): Promise<Outgoing> {
  const author = await authorOfTarget(deps, chat, op);
  if (op.type !== "media") return encode(chat, op, author);
  if (media === undefined) {
    throw new Rejected("Cannot send the file as its bytes must be given: they are not", "invalid");
  }
  return encodeMedia(chat, op, { author, stream: fileOf(await media(op.media)) });
}

/** The same at every try of an op, and nobody else's: whoever gets it twice knows it for the same. */
function idOf({ auth }: Line, opId: OpId): string {
  const digest = createHmac("sha256", auth.creds.advSecretKey).update(opId).digest("hex");
  return `3EB0${digest.slice(0, 18).toUpperCase()}`;
}

/** Who wrote the message that is meant. */
async function authorOfTarget(
  { authors }: PerformDeps,
  chat: ChatId,
  op: MessageOp,
): Promise<AuthorOfTarget> {
  const native = isNew(op) && "replyTo" in op ? op.replyTo : "target" in op ? op.target : undefined;
  return native === undefined ? undefined : await authors.of(chat, native);
}

interface Generating {
  readonly chat: ChatId;
  readonly outgoing: Outgoing;
  readonly id: string;
}

/** A file is encrypted and uploaded on the way. */
async function generate(
  { line, groups }: PerformDeps,
  { chat, outgoing, id }: Generating,
): Promise<WAMessage> {
  const ephemeralExpiration = groups.peek(chat)?.ephemeralDuration;
  try {
    return await generateWAMessage(chat, outgoing.content, {
      logger: SILENT,
      userJid: line.auth.creds.me?.id ?? "",
      messageId: id,
      upload: line.socket.waUploadToServer,
      ...(outgoing.quoted === undefined ? {} : { quoted: outgoing.quoted }),
      ...(ephemeralExpiration ? { ephemeralExpiration } : {}),
    });
  } catch (error) {
    throw isDeliveryFailure(error) ? error : refusedQuery("upload the file", error);
  }
}

interface Relaying extends Generating {
  readonly message: WAMessage;
  readonly signal: AbortSignal;
}

async function relay(line: Line, { chat, message, outgoing, id, signal }: Relaying): Promise<void> {
  const answer = line.acks.wait(id, signal);
  // It may be refused while it is still being written.
  answer.catch(() => undefined);
  const additionalAttributes: Record<string, string> = {};
  if (outgoing.edit !== undefined) additionalAttributes["edit"] = EDIT[outgoing.edit];
  try {
    await line.socket.relayMessage(chat, message.message ?? {}, { messageId: id, additionalAttributes });
  } catch (error) {
    throw unsent(error, line);
  }
  const code = await answer;
  if (code !== null) throw refusedMessage(code);
}

/** Before the message goes out Baileys asks for members and keys; those questions can be refused too. */
function unsent(error: unknown, line: Line): Error {
  if (isDeliveryFailure(error)) return error;
  if (!line.open) return offline();
  const code = codeOf(error);
  return code === null || code === 408 || code === 428 ? cutOff() : refusedMessage(code);
}
