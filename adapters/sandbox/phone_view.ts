/** What a simulated phone shows of a chat. */
import type { MediaKind, Span } from "../../actors/model/mod.ts";
import { firstId, type Scene, shows } from "./phone_scene.ts";
import type { ChatRecord, Message } from "./records.ts";

/** How our own account is called on every simulated messenger. */
const ACCOUNT_NAME = "Plenum";
/** What the picture of a chat is asked for by. */
export const ICON = "icon";

/** A file; its bytes are read by `Phones.file`. */
export interface SeenFile {
  readonly kind: MediaKind;
  readonly mime: string;
  readonly name: string | null;
  readonly bytes: number;
  readonly durationMs?: number;
  readonly emoji?: string;
}

/** A poll and how it stands. */
export interface SeenPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  /** How many chose each option. */
  readonly votes: readonly number[];
  /** What this phone chose. */
  readonly chosen: readonly number[];
  readonly closed: boolean;
}

/** A message as one phone sees it. What is absent, it does not hold. */
export interface SeenMessage {
  readonly messageId: string;
  readonly from: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly from: string }[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly spans?: readonly Span[];
  readonly file?: SeenFile;
  readonly album?: string;
  /** A file of this kind that can be looked at once. */
  readonly viewOnce?: MediaKind;
  readonly poll?: SeenPoll;
  readonly location?: NonNullable<Message["location"]>;
  readonly contact?: NonNullable<Message["contact"]>;
  readonly pinned?: boolean;
}

/** A chat as one phone sees it. */
export interface SeenChat {
  readonly title: string;
  readonly messages: readonly SeenMessage[];
  readonly description?: string;
  /** Its picture, read by `Phones.file`. */
  readonly icon?: { readonly mime: string; readonly bytes: number };
  /** After how many seconds messages disappear. */
  readonly timer?: number;
}

/** Oldest message first. */
export function seenChat(scene: Scene): SeenChat {
  const { chat, member, now } = scene;
  const { title, description, icon, timer } = chat.record;
  const messages = [...chat.messages()].filter((message) => shows(message, member, now));
  return {
    title,
    messages: messages.map((message) => seen(message, scene)),
    ...(description ? { description } : {}),
    ...(icon === undefined ? {} : { icon: iconOf(icon) }),
    ...(timer === undefined ? {} : { timer }),
  };
}

function iconOf({ mime, bytes }: NonNullable<ChatRecord["icon"]>): NonNullable<SeenChat["icon"]> {
  return { mime, bytes: bytes ?? 0 };
}

function seen(message: Message, { chat, phone }: Scene): SeenMessage {
  const nameOf = (native: string): string => {
    if (native === "") return ACCOUNT_NAME;
    if (native === phone.native) return phone.name;
    return chat.record.members.find((member) => member.native === native)?.name ?? "";
  };
  const { file, poll, album, once, location, contact, pinned } = message;
  return {
    messageId: firstId(message),
    from: message.from === null ? ACCOUNT_NAME : message.name,
    text: message.text,
    replyTo: message.replyTo,
    reactions: Object.entries(message.reactions).map(([by, emoji]) => ({ emoji, from: nameOf(by) })),
    edited: message.edits > 0,
    deleted: message.deleted,
    ...(message.spans.length === 0 ? {} : { spans: message.spans }),
    ...(file === undefined ? {} : { file: fileOf(file) }),
    ...(album === undefined ? {} : { album }),
    ...(once === undefined ? {} : { viewOnce: once }),
    ...(poll === undefined ? {} : { poll: pollOf(poll, phone.native) }),
    ...(location === undefined ? {} : { location }),
    ...(contact === undefined ? {} : { contact }),
    ...(pinned === true ? { pinned } : {}),
  };
}

function fileOf({ kind, media }: NonNullable<Message["file"]>): SeenFile {
  const { mime, name = null, bytes, durationMs, emoji } = media;
  return {
    kind,
    mime,
    name,
    bytes: bytes ?? 0,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(emoji === undefined ? {} : { emoji }),
  };
}

function pollOf({ votes, ...poll }: NonNullable<Message["poll"]>, native: string): SeenPoll {
  const choices = Object.values(votes);
  return {
    ...poll,
    votes: poll.options.map((_, option) => choices.filter((choice) => choice.includes(option)).length),
    chosen: votes[native] ?? [],
  };
}
