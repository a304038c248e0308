/** What a simulated phone is told and shows, as JSON. */
import { z } from "@hono/zod-openapi";
import { MediaKind, Span } from "../actors/model/mod.ts";
import { TEXT_MAX } from "./api.ts";
import type { PhoneChat, PhoneFile, PhoneMessage, PhoneOrder } from "./phones.ts";
import { HttpProblem } from "./problem.ts";

const ID_MAX = 512;
/** Decoded. */
const FILE_MAX_BYTES = 5 * 1024 * 1024;
/** Far more than people see of a name: what is too long is for the phone and the relay to cut. */
const NAME_MAX = 20_000;
const SPANS_MAX = 500;
const OPTIONS_MAX = 100;

const Id = z.string().min(1).max(ID_MAX);
/** Longer texts than a messenger takes are for the phone to refuse, as the real one would. */
const Text = z.string().max(4 * TEXT_MAX);
const Words = Text.min(1);
/** How the text is formatted; absent: as the messenger reads what is typed. */
const Spans = z.array(Span).max(SPANS_MAX).optional();
const Name = z.string().max(NAME_MAX);
const target = { chatId: Id, target: Id };
const said = { chatId: Id, replyTo: Id.optional() };
const file = {
  data: z.string().openapi({ format: "byte", description: "Base64, at most 5 MiB of it" }),
  mime: z.string().min(1).max(255),
};

/** What a phone is told to do. */
export const PhoneSend = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), ...said, text: Words, spans: Spans }),
  /** A text, or the words under a file. */
  z.object({ type: z.literal("edit"), ...target, text: Text, spans: Spans }),
  z.object({ type: z.literal("delete"), ...target }),
  z.object({ type: z.literal("reaction"), ...target, emoji: z.string().max(64).optional() }),
  z.object({
    type: z.literal("file"),
    ...said,
    ...file,
    name: Name.optional(),
    /** Absent: what the phone takes it for. */
    kind: MediaKind.optional(),
    /** The words under it. */
    text: Text.optional(),
    spans: Spans,
    /** The same for files that are sent as one album. */
    album: z.string().min(1).max(64).optional(),
    viewOnce: z.boolean().optional(),
    durationMs: z.number().nonnegative().optional(),
    /** Of a sticker. */
    emoji: z.string().max(32).optional(),
  }),
  z.object({
    type: z.literal("poll"),
    ...said,
    question: Name,
    options: z.array(Name).max(OPTIONS_MAX),
    multiple: z.boolean().optional(),
  }),
  /** The whole choice, by place in the poll: empty takes it back. */
  z.object({
    type: z.literal("vote"),
    ...target,
    options: z.array(z.number().int().nonnegative()).max(OPTIONS_MAX),
  }),
  z.object({ type: z.literal("close-poll"), ...target }),
  z.object({
    type: z.literal("location"),
    ...said,
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    label: Name.optional(),
    address: Name.optional(),
    /** It moves until `live-end`. */
    live: z.boolean().optional(),
  }),
  z.object({ type: z.literal("live-end"), ...target }),
  z.object({
    type: z.literal("contact"),
    ...said,
    name: Name,
    phones: z.array(z.string().min(1).max(40)).min(1).max(10),
  }),
  /** `pinned: false` takes it off. */
  z.object({ type: z.literal("pin"), ...target, pinned: z.boolean().optional() }),
  z.object({ type: z.literal("title"), chatId: Id, text: Words }),
  z.object({ type: z.literal("description"), chatId: Id, text: Text }),
  /** Without `data` it takes the picture away. */
  z.object({ type: z.literal("icon"), chatId: Id, data: file.data.optional(), mime: file.mime.optional() }),
  /** 0: messages stay. */
  z.object({ type: z.literal("timer"), chatId: Id, seconds: z.number().int().nonnegative() }),
]);
type PhoneSend = z.infer<typeof PhoneSend>;

/** The order that was sent as JSON. @throws {HttpProblem} 400, 413 where its file is none */
export function orderOf(sent: PhoneSend): PhoneOrder {
  switch (sent.type) {
    case "file": {
      const { data, mime, name, kind, album, viewOnce, durationMs, emoji, ...order } = sent;
      const file = { data: bytesOf(data), mime, name, kind, album, viewOnce, durationMs, emoji };
      return { ...order, file };
    }
    case "icon":
      return { type: "icon", chatId: sent.chatId, file: iconOf(sent) };
    case "poll": {
      const { question, options, multiple, ...order } = sent;
      return { ...order, poll: { question, options, multiple } };
    }
    case "vote": {
      const { options, ...order } = sent;
      return { ...order, choice: options };
    }
    case "location": {
      const { latitude, longitude, label, address, live, ...order } = sent;
      const named = {
        ...(label === undefined ? {} : { label }),
        ...(address === undefined ? {} : { address }),
      };
      return { ...order, location: { latitude, longitude, ...named, live } };
    }
    case "contact": {
      const { name, phones, ...order } = sent;
      return { ...order, contact: { name, phones } };
    }
    default:
      return sent;
  }
}

function iconOf({ data, mime = "image/jpeg" }: Extract<PhoneSend, { type: "icon" }>): PhoneFile | undefined {
  return data === undefined ? undefined : { data: bytesOf(data), mime };
}

function bytesOf(data: string): Uint8Array {
  const bytes = decoded(data);
  if (bytes.length <= FILE_MAX_BYTES) return bytes;
  throw new HttpProblem(
    413,
    "too-large",
    `Cannot read the file as it may have at most ${FILE_MAX_BYTES} bytes: it has ${bytes.length}`,
  );
}

function decoded(data: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(data);
  } catch {
    throw new HttpProblem(400, "invalid", "Cannot read the file as its data must be base64: it is not");
  }
}

const SeenFile = z.object({
  kind: MediaKind,
  mime: z.string(),
  name: z.string().nullable(),
  bytes: z.number(),
  durationMs: z.number().optional(),
  emoji: z.string().optional(),
  url: z.string(),
});

/** A message as a phone shows it. What is absent, it does not hold. */
export const PhoneMessageJson = z.object({
  messageId: z.string(),
  from: z.string(),
  text: z.string(),
  replyTo: z.string().nullable(),
  reactions: z.array(z.object({ emoji: z.string(), from: z.string() })),
  edited: z.boolean(),
  deleted: z.boolean(),
  spans: z.array(Span).optional(),
  file: SeenFile.optional(),
  album: z.string().optional(),
  viewOnce: MediaKind.optional(),
  poll: z.object({
    question: z.string(),
    options: z.array(z.string()),
    multiple: z.boolean(),
    votes: z.array(z.number()).openapi({ description: "How many chose each option" }),
    chosen: z.array(z.number()).openapi({ description: "What this phone chose" }),
    closed: z.boolean(),
  }).optional(),
  location: z.object({
    latitude: z.number(),
    longitude: z.number(),
    label: z.string().optional(),
    address: z.string().optional(),
    live: z.enum(["started", "ended"]).optional(),
  }).optional(),
  contact: z.object({ name: z.string(), phones: z.array(z.string()) }).optional(),
  pinned: z.boolean().optional(),
}).openapi("PhoneMessage");
type PhoneMessageJson = z.infer<typeof PhoneMessageJson>;

/** A chat as a phone shows it. */
export const PhoneChatJson = z.object({
  title: z.string(),
  description: z.string().optional(),
  icon: z.object({ mime: z.string(), bytes: z.number(), url: z.string() }).optional(),
  timer: z.number().optional(),
  messages: z.array(PhoneMessageJson),
});

/** Where a phone reads the file of a message, or (as `icon`) the picture of the chat. */
export function fileUrl(phoneId: string, chatId: string, messageId: string): string {
  const [chat, message] = [chatId, messageId].map(encodeURIComponent);
  return `/api/sandbox/phones/${phoneId}/chats/${chat}/messages/${message}/file`;
}

/** What a phone shows, as JSON. */
export function chatJson(
  { icon, messages, ...chat }: PhoneChat,
  at: { readonly id: string; readonly chatId: string },
): z.infer<typeof PhoneChatJson> {
  const url = (messageId: string): string => fileUrl(at.id, at.chatId, messageId);
  return {
    ...chat,
    ...(icon === undefined ? {} : { icon: { ...icon, url: url("icon") } }),
    messages: messages.map((message) => messageJson(message, url(message.messageId))),
  };
}

function messageJson(
  { file, poll, contact, spans, reactions, ...message }: PhoneMessage,
  url: string,
): PhoneMessageJson {
  return {
    ...message,
    reactions: reactions.map((reaction) => ({ ...reaction })),
    ...(spans === undefined ? {} : { spans: [...spans] }),
    ...(file === undefined ? {} : { file: { ...file, url } }),
    ...(poll === undefined ? {} : { poll: pollJson(poll) }),
    ...(contact === undefined ? {} : { contact: { ...contact, phones: [...contact.phones] } }),
  };
}

function pollJson(poll: NonNullable<PhoneMessage["poll"]>): NonNullable<PhoneMessageJson["poll"]> {
  return { ...poll, options: [...poll.options], votes: [...poll.votes], chosen: [...poll.chosen] };
}
