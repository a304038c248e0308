/**
 * Performs one op: chooses the ids of its messages, uploads their files, keeps them, sends them, and waits for
 * WhatsApp's word on each. All files of an album are there before its first message goes out.
 */
import type { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import {
  type AnyMessageContent,
  generateWAMessageContent,
  generateWAMessageFromContent,
  type proto,
  type WAMessage,
} from "@whiskeysockets/baileys";
import { type ChatId, NativeId, type NativeOp, type OpId, type Receipt } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import type { Albums } from "./albums.ts";
import type { Authors } from "./authors.ts";
import { WHATSAPP } from "./capabilities.ts";
import { encode, type MessageOp, type Outgoing, quoting } from "./encode.ts";
import { encodeAlbum, encodeFile, type FileItem, inAlbum } from "./encode_files.ts";
import { asked, codeOf, cutOff, offline, refusedMessage } from "./failures.ts";
import type { Groups } from "./groups.ts";
import type { Line } from "./line.ts";
import { readFile } from "./media.ts";
import { pollKeyOf } from "./poll_messages.ts";
import type { Polls } from "./polls.ts";
import { SILENT } from "./quiet.ts";
import type { Sent } from "./sent.ts";
import { checkFile, upload } from "./upload.ts";

/** What an op is performed with. */
export interface PerformDeps {
  readonly line: Line;
  readonly groups: Groups;
  readonly albums: Albums;
  readonly authors: Authors;
  readonly polls: Polls;
  readonly sent: Sent;
  readonly now: () => number;
}

/** One op, and where. */
export interface Performing {
  /** Reads the files of the op. */
  readonly media?: SendOptions["media"];
  readonly chat: ChatId;
  readonly op: MessageOp;
  readonly opId: OpId;
  readonly signal: AbortSignal;
}

/** One message of an op. */
interface Going {
  readonly id: string;
  readonly outgoing: Outgoing;
  /** Others can refer to it. */
  readonly named: boolean;
}

/** A message as it is sent. */
interface Written extends Going {
  readonly message: proto.IMessage;
}

/** Attribute of a stanza that changes an earlier message, by what it does. */
const EDIT = { edit: "1", deleteOwn: "7", deleteAsAdmin: "8" } as const;
/** Ops that change what is there. */
const CHANGES: readonly NativeOp["type"][] = ["edit", "delete", "react"];

/** @throws {DeliveryFailure} */
export async function perform(deps: PerformDeps, performing: Performing): Promise<Receipt> {
  const { chat } = performing;
  const messages: Written[] = [];
  for (const going of await goingOf(deps, performing)) {
    const { message } = await written(deps, { chat, going });
    messages.push({ ...going, message: message ?? {} });
  }
  for (const message of messages) await keep(deps, chat, message);
  for (const message of messages) await relay(deps, performing, message);
  const ids = messages.filter(({ named }) => named).map(({ id }) => NativeId.parse(id));
  return { ids, at: deps.now() };
}

/** The messages that an op comes to, in their order; files are uploaded. */
async function goingOf(deps: PerformDeps, performing: Performing): Promise<Going[]> {
  const { chat, op, opId } = performing;
  const { line } = deps;
  switch (op.type) {
    case "media": {
      const message = await uploaded(deps, performing, op);
      const quoted = await quotedIn(deps, chat, op);
      return [{ id: idOf(line, opId), outgoing: { content: { message }, ...quoted }, named: true }];
    }
    case "album":
      return await albumGoing(deps, performing, op);
    default:
      return [await wordsGoing(deps, performing, op)];
  }
}

async function wordsGoing(
  { line, authors, sent, now }: PerformDeps,
  { chat, opId }: Performing,
  op: Exclude<MessageOp, { type: "media" | "album" }>,
): Promise<Going> {
  const target = "target" in op ? op.target : op.replyTo;
  const author = target === undefined ? undefined : await authors.of(chat, target);
  const original = op.type === "edit" && op.caption === true ? await sent.find(op.target) : undefined;
  const outgoing = encode(chat, op, {
    author,
    at: now(),
    ...(original === undefined ? {} : { sent: original }),
  });
  return { id: idOf(line, opId), outgoing, named: !CHANGES.includes(op.type) };
}

/** First its frame, then the files, of which each names it. */
async function albumGoing(
  deps: PerformDeps,
  performing: Performing,
  op: Extract<MessageOp, { type: "album" }>,
): Promise<Going[]> {
  const { chat, opId } = performing;
  const max = WHATSAPP.album?.max ?? 0;
  if (op.items.length > max) {
    const said = `it must have at most ${max} files: it has ${op.items.length}`;
    throw new Rejected(`Cannot send the album as ${said}`, "too-large");
  }
  for (const { kind, media } of op.items) checkFile(kind, media.bytes);
  const frame = idOf(deps.line, `${opId}:album`);
  const files: Going[] = [];
  for (const [at, item] of op.items.entries()) {
    const id = idOf(deps.line, at === 0 ? opId : `${opId}:${at}`);
    deps.albums.learn(frame, id);
    const message = inAlbum(await uploaded(deps, performing, item), chat, frame);
    // What is answered is shown over the first file.
    const quoted = at === 0 ? await quotedIn(deps, chat, op) : {};
    files.push({ id, outgoing: { content: { message }, ...quoted }, named: true });
  }
  return [{ id: frame, outgoing: { content: { message: encodeAlbum(op) } }, named: false }, ...files];
}

async function uploaded(
  { line, now }: PerformDeps,
  { signal, media }: Performing,
  item: FileItem,
): Promise<proto.IMessage> {
  checkFile(item.kind, item.media.bytes);
  const file = await readFile(item.media, media);
  checkFile(item.kind, file.bytes);
  return encodeFile(item, await upload(line, { kind: item.kind, file, signal, now }));
}

async function quotedIn(
  { authors }: PerformDeps,
  chat: ChatId,
  op: { readonly replyTo?: NativeId; readonly quoting?: string },
): Promise<Pick<Outgoing, "quoted">> {
  return op.replyTo === undefined ? {} : quoting(chat, op, await authors.of(chat, op.replyTo));
}

/** The same at every try of an op, and nobody else's: whoever gets it twice knows it for the same. */
function idOf(line: Line, op: OpId | string): string {
  return `3EB0${digestOf(line, op).toString("hex").slice(0, 18).toUpperCase()}`;
}

function digestOf({ auth }: Line, words: string): Buffer {
  return createHmac("sha256", auth.creds.advSecretKey).update(words).digest();
}

interface Writing {
  readonly chat: ChatId;
  readonly going: Going;
}

async function written({ line, groups, now }: PerformDeps, { chat, going }: Writing): Promise<WAMessage> {
  const { content, quoted } = going.outgoing;
  const { ephemeralDuration } = await asked("send", groups.metadata(line.socket, chat));
  const message = "message" in content
    ? withSecret(content.message, digestOf(line, `secret ${going.id}`))
    : await generateWAMessageContent(content as AnyMessageContent, { logger: SILENT, upload: nothing });
  return generateWAMessageFromContent(chat, message, {
    userJid: line.auth.creds.me?.id ?? "",
    messageId: going.id,
    timestamp: new Date(now()),
    ...(quoted === undefined ? {} : { quoted }),
    ...(ephemeralDuration ? { ephemeralExpiration: ephemeralDuration } : {}),
  });
}

/**
 * What votes and reports are sealed with. The same at every try: phones that have the poll from a try whose end nobody
 * heard would vote with that one's.
 */
function withSecret(message: proto.IMessage, messageSecret: Uint8Array): proto.IMessage {
  if (message.protocolMessage) return message;
  return { ...message, messageContextInfo: { ...message.messageContextInfo, messageSecret } };
}

function nothing(): Promise<never> {
  return Promise.reject(new Error("Cannot upload a file as Baileys must be given none: it was"));
}

/** All that has to be known of it afterwards, before anybody has it. */
async function keep(
  { sent, authors, polls, now }: PerformDeps,
  chat: ChatId,
  { id, named, message }: Written,
): Promise<void> {
  const poll = pollKeyOf(message, null);
  await Promise.all([
    sent.keep({ id, chat, at: now(), message }),
    named ? authors.add(chat, id, null) : undefined,
    poll === null ? undefined : polls.keep(chat, id, poll),
  ]);
}

async function relay(
  { line }: PerformDeps,
  { chat, signal }: Performing,
  { id, outgoing, message }: Written,
): Promise<void> {
  const answer = line.acks.wait(id, signal);
  // It may be refused while it is still being written.
  answer.catch(() => undefined);
  const additionalAttributes: Record<string, string> = {};
  if (outgoing.edit !== undefined) additionalAttributes["edit"] = EDIT[outgoing.edit];
  try {
    await line.socket.relayMessage(chat, message, { messageId: id, additionalAttributes });
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
