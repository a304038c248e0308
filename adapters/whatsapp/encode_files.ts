/** Uploaded files, and albums of them, as WhatsApp's messages. Pure. */
import { proto } from "@whiskeysockets/baileys";
import {
  type ChatId,
  type MediaKind,
  type MediaRef,
  type NativeOp,
  type RichText,
  WAVEFORM_STEPS,
} from "../../actors/model/mod.ts";
import { captionOf, keyOf } from "./encode.ts";
import type { Uploaded } from "./upload.ts";

/** A file that is sent: alone, or in an album. */
export type FileItem = Pick<Extract<NativeOp, { type: "media" }>, "kind" | "media" | "caption">;
type Album = Extract<NativeOp, { readonly type: "album" }>;

const { MEDIA_ALBUM } = proto.MessageAssociation.AssociationType;
/** Anything else is shown by iPhones as a sound that cannot be played. */
const VOICE = "audio/ogg; codecs=opus";

/** The message that leads to a file. @throws {Rejected} where its caption is too long */
export function encodeFile({ kind, media, caption }: FileItem, uploaded: Uploaded): proto.IMessage {
  const { animated, ...place } = uploaded;
  const file = { ...place, mimetype: media.mime };
  const seconds = secondsOf(media);
  switch (kind) {
    case "photo":
      return { imageMessage: { ...file, ...captioned(caption) } };
    case "video":
      return { videoMessage: { ...file, ...seconds, ...captioned(caption) } };
    case "gif":
      return { videoMessage: { ...file, ...seconds, gifPlayback: true, ...captioned(caption) } };
    case "video-note":
      return { ptvMessage: { ...file, ...seconds } };
    case "voice":
      return {
        audioMessage: { ...file, mimetype: VOICE, ptt: true, seconds: 0, ...seconds, ...waveOf(media) },
      };
    case "audio":
      return { audioMessage: { ...file, ...seconds } };
    case "sticker":
      return { stickerMessage: { ...file, isAnimated: animated } };
    case "document": {
      const fileName = media.name ?? "file";
      const documentMessage = { ...file, fileName, title: fileName, ...captioned(caption) };
      // Without the wrapper phones show no words under a document.
      return caption.text === ""
        ? { documentMessage }
        : { documentWithCaptionMessage: { message: { documentMessage } } };
    }
    default:
      return kind satisfies never;
  }
}

/** What comes before the files of an album: how many there will be. */
export function encodeAlbum({ items }: Album): proto.IMessage {
  const count = (wanted: MediaKind): number => items.filter(({ kind }) => kind === wanted).length;
  return { albumMessage: { expectedImageCount: count("photo"), expectedVideoCount: count("video") } };
}

/** One file of the album that begins with the message `parent`. */
export function inAlbum(message: proto.IMessage, chat: ChatId, parent: string): proto.IMessage {
  const messageAssociation = { associationType: MEDIA_ALBUM, parentMessageKey: keyOf(chat, parent, null) };
  return { ...message, messageContextInfo: { ...message.messageContextInfo, messageAssociation } };
}

function captioned(caption: RichText): ReturnType<typeof captionOf> {
  return caption.text === "" ? {} : captionOf(caption);
}

function secondsOf({ durationMs }: MediaRef): { seconds?: number } {
  return durationMs === undefined ? {} : { seconds: Math.max(1, Math.round(durationMs / 1000)) };
}

/** A flat line where nobody knows how loud it is. */
function waveOf({ waveform }: MediaRef): { waveform: Uint8Array } {
  return { waveform: Uint8Array.from(waveform ?? new Array<number>(WAVEFORM_STEPS).fill(0)) };
}
