/** All that is needed to read a file later, packed into a native id: nothing of it is kept anywhere else. */
import { type ChatId, NativeId } from "../../actors/model/mod.ts";

/** Where a file is, and how to read it. */
export interface WhatsappMedia {
  readonly mediaKey: Uint8Array;
  /** A path on WhatsApp's own server. */
  readonly directPath: string;
  /** As WhatsApp names it for its keys: image, video, audio, document, sticker, … */
  readonly type: string;
  readonly mime: string;
  readonly bytes: number | null;
  /** The message that brought it, for which our phone can upload it again; null where there was no room for it. */
  readonly key: MediaKey | null;
}

/** What WhatsApp calls a message. */
export interface MediaKey {
  readonly remoteJid: string;
  readonly id: string;
  readonly participant: string;
}

/** The id of a group's picture begins so; no file of a message has a type of this name. */
const PICTURE = "picture ";
const ID_MAX = 512;
const KEY_BYTES = 32;

/** The id of a file, or null where it names no file that could be read, or one that is too long to remember. */
export function encodeMediaId(
  { mediaKey, directPath, type, mime, bytes, key: message }: WhatsappMedia,
): NativeId | null {
  const key = mediaKey.toBase64({ alphabet: "base64url", omitPadding: true });
  const id = [type, key, String(bytes ?? ""), mime.slice(0, 80), directPath].join(" ");
  const readable = /^\/[^/\\]\S*$/.test(directPath) && mediaKey.length === KEY_BYTES && !/[\r\n]/.test(mime);
  if (!readable || id.length > ID_MAX) return null;
  const parts = message === null ? [] : [message.remoteJid, message.id, message.participant];
  const whole = [id, ...parts].join(" ");
  const named = parts.every((part) => /^\S+$/.test(part)) && whole.length <= ID_MAX;
  return NativeId.parse(named ? whole : id);
}

/** The file that an id means, or null where it is none of ours. A MIME type may hold spaces, the others none. */
export function decodeMediaId(native: NativeId): WhatsappMedia | null {
  const [, type = "", key = "", bytes = "", mime = "", directPath = "", remoteJid, id, participant] =
    /^(\S+) ([\w-]{43}) (\d*) (.*?) (\/\S*)(?: (\S+) (\S+) (\S+))?$/.exec(native) ?? [];
  if (directPath === "") return null;
  const mediaKey = Uint8Array.fromBase64(key, { alphabet: "base64url" });
  const message = remoteJid === undefined || id === undefined || participant === undefined
    ? null
    : { remoteJid, id, participant };
  return { mediaKey, directPath, type, mime, bytes: bytes === "" ? null : Number(bytes), key: message };
}

/** The picture that a group has had since a change of this id. */
export function pictureIdOf(chat: ChatId, id: string): NativeId {
  return NativeId.parse(`${PICTURE}${chat} ${id}`.slice(0, ID_MAX));
}

/** Whose picture an id means; null where it is another file. */
export function groupOfPicture(native: NativeId): string | null {
  return native.startsWith(PICTURE) ? native.split(" ")[1] ?? null : null;
}
