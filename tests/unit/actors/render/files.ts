/** Files to lower, and bridges that take them. */
import {
  type Capabilities,
  type Content,
  type Fitted,
  type MediaKind,
  type MediaLimits,
  type MediaRef,
  NativeId,
  type Op,
  plain,
  type RichText,
} from "../../../../actors/model/mod.ts";
import type { LowerContext } from "../../../../actors/render/mod.ts";
import { ANNA, bridge, EARLIER, MESSAGE, table } from "./bridges.ts";

const LIMITS: MediaLimits = { support: "full", mimes: ["image/jpeg"], maxBytes: 1_000_000, caption: true };

/** An earlier message, as it is quoted. */
export const QUOTE = { message: EARLIER, name: "Ben", excerpt: "Who is in?" };

/** A messenger with photos, videos, and stickers that have no words under them. */
export const FILES: Partial<Capabilities> = {
  media: { photo: LIMITS, video: LIMITS, sticker: { ...LIMITS, caption: false } },
  caption: { count: 100, unit: "utf16" },
  edit: { support: "full", windowMs: null, captions: "full" },
  album: { max: 3, kinds: ["photo", "video"] },
};

/** A file by its name. */
export function ref(native: string): MediaRef {
  return { native: NativeId.parse(native), mime: "image/jpeg", bytes: 1000 };
}

/** A file as a message of Anna's holds it. */
export function media(caption: RichText | string = "", kind: MediaKind = "photo", native = "file"): Content {
  const words = typeof caption === "string" ? plain(caption) : caption;
  return { type: "media", kind, media: ref(native), caption: words };
}

/** Anna's new message. */
export function post(content: Content, more: { replyTo?: typeof QUOTE } = {}): Op & { type: "post" } {
  return { type: "post", message: MESSAGE, author: ANNA, content, ...more };
}

/** `kind` as the target takes it. */
export function fitted(kind: MediaKind = "photo", native = "fitted"): Fitted {
  return { form: "file", kind, media: ref(native) };
}

/** A bridge on which a file becomes `file`. */
export function fileBridge(
  file: Fitted | null,
  changes: Partial<Capabilities> = {},
  known: Parameters<typeof bridge>[1] = {},
): LowerContext {
  return { ...bridge(table({ ...FILES, ...changes }), known), fitted: () => file };
}
