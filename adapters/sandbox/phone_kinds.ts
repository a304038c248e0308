/** What phones send besides text: files, polls, places and cards. */
import type { Content, Event, MediaKind, MediaRef, NativeId, RichText } from "../../actors/model/mod.ts";
import { refuseFile, refuseKind, refusePoll } from "../shared/refusals.ts";
import { author, firstId, head, invalid, living, refuse, type Scene, tell } from "./phone_scene.ts";
import type { Held, Message } from "./records.ts";

const NO_WORDS: RichText = { text: "", spans: [] };
/** As long as names of files can be on most disks. */
const NAME_MAX = 255;
/** More numbers than a card is told of. */
const PHONES_MAX = 10;

/** A file that somebody picks on their phone. */
export interface PhoneFile {
  readonly data: Uint8Array;
  /** As the phone says. */
  readonly mime: string;
  readonly name?: string;
  /** Absent: what the phone takes it for. */
  readonly kind?: MediaKind;
  /** Files that are sent as one album have the same. */
  readonly album?: string;
  /** Nobody can look at it twice. */
  readonly viewOnce?: boolean;
  /** Of sound and film. */
  readonly durationMs?: number;
  /** Of a sticker: the emoji that it stands for. */
  readonly emoji?: string;
}

/** A question to everybody. */
export interface PhonePoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple?: boolean;
}

/** A place on the map. */
export interface PhonePlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly label?: string;
  readonly address?: string;
  /** It moves along with whoever sent it, until they end that. */
  readonly live?: boolean;
}

/** Somebody's card. */
export interface PhoneCard {
  readonly name: string;
  readonly phones: readonly string[];
}

/** How a message is said: with these words, in answer to that. */
export interface Saying {
  readonly words?: RichText;
  readonly replyTo: NativeId | null;
}

/** Adds a message, and has our account told of `content`. */
export async function say(
  scene: Scene,
  { words = NO_WORDS, replyTo, held, content }: Saying & { readonly held?: Held; readonly content: Content },
): Promise<{ messageId: string }> {
  const { network, chat, member, now } = scene;
  const message = chat.post({ from: member, at: now, body: words, replyTo, held });
  await tell(network, chat, {
    ...head(chat, message.at),
    type: "message",
    author: author(scene),
    native: firstId(message),
    content,
    ...(replyTo === null ? {} : { replyTo: { native: replyTo } }),
  });
  return { messageId: firstId(message) };
}

/** A file, with words under it. */
export async function sendFile(
  scene: Scene,
  file: PhoneFile,
  saying: Saying,
): Promise<{ messageId: string }> {
  const { network, phone } = scene;
  const { data, viewOnce, album } = file;
  const { words = NO_WORDS } = saying;
  const kind = file.kind ?? kindFor(file.mime);
  const facts = factsOf(file);
  const wanted = { kind, media: { ...facts, native: phone.native, bytes: data.length }, caption: words };
  // People have kinds that our account has not: stickers on Signal.
  if (network.traits.capabilities.media[kind] !== undefined) refuse(refuseFile(wanted, network.traits));
  if (viewOnce === true) return await sendOnce(scene, kind);
  const { id, bytes } = await network.files.put(streamOf(data), { mime: file.mime, maxBytes: data.length });
  const media: MediaRef = { ...facts, native: id, bytes };
  const together = album === undefined ? {} : { album: `${phone.phoneId}-${album}` };
  const held = { file: { kind, media }, ...together };
  const content: Content = { type: "media", kind, media, caption: words, ...together };
  return await say(scene, { ...saying, held, content });
}

/** Our account is told that there was something, and no more. */
async function sendOnce(scene: Scene, kind: MediaKind): Promise<{ messageId: string }> {
  const { network, chat, member, now } = scene;
  if (!network.traits.viewOnce) {
    throw invalid("Cannot send it to be seen once as this messenger has no such files");
  }
  const message = chat.post({ from: member, at: now, body: NO_WORDS, replyTo: null, held: { once: kind } });
  await tell(network, chat, {
    ...head(chat, message.at),
    type: "note",
    note: "view-once",
    author: author(scene),
  });
  return { messageId: firstId(message) };
}

function factsOf({ mime, name, durationMs, emoji }: PhoneFile): Omit<MediaRef, "native" | "bytes"> {
  return {
    mime,
    ...(name ? { name: name.toWellFormed().slice(0, NAME_MAX).toWellFormed() } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(emoji ? { emoji } : {}),
  };
}

/** What a phone takes a picked file for. */
function kindFor(mime: string): MediaKind {
  if (mime === "image/gif") return "gif";
  const family = mime.split("/")[0] ?? "";
  if (family === "image") return "photo";
  return family === "video" || family === "audio" ? family : "document";
}

function streamOf(data: Uint8Array): ReadableStream<Uint8Array> {
  return ReadableStream.from([data]);
}

/** A poll. */
export async function sendPoll(
  scene: Scene,
  poll: PhonePoll,
  saying: Saying,
): Promise<{ messageId: string }> {
  const { question, multiple = false } = poll;
  const options = [...poll.options];
  refuse(refusePoll({ question, options }, scene.network.traits));
  const held = { poll: { question, options, multiple, votes: {}, closed: false } };
  return await say(scene, { ...saying, held, content: { type: "poll", question, options, multiple } });
}

/** Somebody's whole choice in a poll; nothing takes it back. */
export async function vote(
  scene: Scene,
  target: string | undefined,
  options: readonly number[],
): Promise<{ messageId: string }> {
  const { network, chat, phone } = scene;
  const message = living(scene, target);
  const poll = pollIn(message);
  const choice = [...new Set(options)].toSorted((a, b) => a - b);
  if (choice.some((one) => poll.options[one] === undefined) || (!poll.multiple && choice.length > 1)) {
    throw invalid("Cannot vote as the choice must be one that the poll gives");
  }
  const { [phone.native]: _before, ...others } = poll.votes;
  const votes = choice.length === 0 ? others : { ...others, [phone.native]: choice };
  chat.alter(message, { poll: { ...poll, votes } });
  const event: Event = { ...about(scene, message), type: "vote", author: author(scene), options: choice };
  await tell(network, chat, seesVotes(scene, message) ? event : null);
  return { messageId: firstId(message) };
}

/** Ends one's own poll. */
export async function closePoll(scene: Scene, target: string | undefined): Promise<{ messageId: string }> {
  const { network, chat, phone } = scene;
  const message = living(scene, target);
  const poll = pollIn(message);
  if (message.from !== phone.native || network.traits.capabilities.poll?.closes !== true) {
    throw invalid("Cannot end the poll as it must be one's own, where polls can be ended");
  }
  chat.alter(message, { poll: { ...poll, closed: true } });
  const event: Event = { ...about(scene, message), type: "poll-closed", author: author(scene) };
  await tell(network, chat, seesVotes(scene, message) ? event : null);
  return { messageId: firstId(message) };
}

/** Not all messengers tell our account what happens in polls that people made. */
function seesVotes({ network }: Scene, { from }: Message): boolean {
  return from === null || network.traits.capabilities.poll?.foreign === true;
}

function pollIn({ poll }: Message): NonNullable<Message["poll"]> {
  if (poll === undefined) throw invalid("Cannot vote as the message must be a poll");
  if (!poll.closed) return poll;
  throw invalid("Cannot vote as the poll must be open: it was ended");
}

/** A place, which may move. */
export async function sendPlace(
  scene: Scene,
  place: PhonePlace,
  saying: Saying,
): Promise<{ messageId: string }> {
  refuse(refuseKind("location", scene.network.traits));
  const { live: moves, ...at } = place;
  const location = { ...at, ...(moves === true ? { live: "started" } as const : {}) };
  return await say(scene, { ...saying, held: { location }, content: { type: "location", ...location } });
}

/** The place moves no more. */
export async function endLive(scene: Scene, target: string | undefined): Promise<{ messageId: string }> {
  const { network, chat, phone } = scene;
  const message = living(scene, target);
  const { location, from } = message;
  if (from !== phone.native || location?.live !== "started") {
    throw invalid("Cannot end it as it must be a place of one's own that moves");
  }
  const ended = { ...location, live: "ended" } as const;
  chat.alter(message, { location: ended });
  await tell(network, chat, {
    ...about(scene, message),
    type: "edit",
    author: author(scene),
    content: { type: "location", ...ended },
  });
  return { messageId: firstId(message) };
}

/** A card with numbers. */
export async function sendCard(
  scene: Scene,
  card: PhoneCard,
  saying: Saying,
): Promise<{ messageId: string }> {
  refuse(refuseKind("contact", scene.network.traits));
  const contact = { name: card.name, phones: card.phones.slice(0, PHONES_MAX) };
  return await say(scene, { ...saying, held: { contact }, content: { type: "contact", ...contact } });
}

function about(
  { chat, now }: Scene,
  message: Message,
): Pick<Event & { type: "vote" }, "id" | "chat" | "at" | "target"> {
  return { ...head(chat, now), target: { native: firstId(message) } };
}
