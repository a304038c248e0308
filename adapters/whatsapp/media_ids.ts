/** All that is needed to read a file later, packed into a native id: nothing of it is kept anywhere else. */
import { NativeId } from "../../actors/model/mod.ts";

/** Where a file is, and how to read it. */
export interface WhatsappMedia {
  readonly mediaKey: Uint8Array;
  /** A path on WhatsApp's own server. */
  readonly directPath: string;
  /** As WhatsApp names it for its keys: image, video, audio, document, sticker, … */
  readonly type: string;
  readonly mime: string;
  readonly bytes: number | null;
}

const ID_MAX = 512;
const KEY_BYTES = 32;

/** The id of a file, or null where it names no file that could be read, or one that is too long to remember. */
export function encodeMediaId({ mediaKey, directPath, type, mime, bytes }: WhatsappMedia): NativeId | null {
  const key = mediaKey.toBase64({ alphabet: "base64url", omitPadding: true });
  const id = [type, key, String(bytes ?? ""), mime.slice(0, 80), directPath].join(" ");
  const readable = /^\/[^/\\]\S*$/.test(directPath) && mediaKey.length === KEY_BYTES && !/[\r\n]/.test(mime);
  return readable && id.length <= ID_MAX ? NativeId.parse(id) : null;
}

/** The file that an id means, or null where it is none of ours. A MIME type may hold spaces, the others none. */
export function decodeMediaId(native: NativeId): WhatsappMedia | null {
  const [, type = "", key = "", bytes = "", mime = "", directPath = ""] =
    /^(\S+) ([\w-]{43}) (\d*) (.*) (\/\S*)$/.exec(native) ?? [];
  if (directPath === "") return null;
  const mediaKey = Uint8Array.fromBase64(key, { alphabet: "base64url" });
  return { mediaKey, directPath, type, mime, bytes: bytes === "" ? null : Number(bytes) };
}
