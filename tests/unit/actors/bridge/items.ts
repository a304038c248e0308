/** Items of a lane, as they wait there. */
import {
  type Content,
  type MediaKind,
  type MediaRef,
  messageIdOf,
  Messenger,
  NativeId,
  type Op,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import type { LaneItem } from "../../../../actors/store/mod.ts";

/** When the items of tests were accepted, ms. */
export const AT = Date.UTC(2026, 10, 23, 12);

/** The item of `op` that was accepted at `seq`. */
export function item(seq: number, op: Op, more: Partial<LaneItem> = {}): LaneItem {
  return { seq, cause: seq, at: AT, part: 0, op, ...more };
}

/** Somebody's post. */
export function posted(seq: number, content: Content, from = "whatsapp"): Op & { type: "post" } {
  const author = { name: "Anna", messenger: Messenger.parse(from) };
  return { type: "post", message: messageIdOf(seq), author, content };
}

/** A text that waits. */
export function text(seq: number, words: string, more: Partial<LaneItem> = {}): LaneItem {
  return item(seq, posted(seq, textContent(plain(words))), more);
}

/** A file as it is named. */
export function media(native: string, more: Partial<MediaRef> = {}): MediaRef {
  return { native: NativeId.parse(native), mime: "image/jpeg", bytes: 1000, ...more };
}

/** What is said of a file in a content. */
export interface FileMore {
  readonly album?: string;
  readonly kind?: MediaKind;
  readonly caption?: string;
  readonly from?: string;
}

/** A file that waits. */
export function file(seq: number, { album, kind = "photo", caption = "", from }: FileMore = {}): LaneItem {
  const content: Content = {
    type: "media",
    kind,
    media: media(`file-${seq}`),
    caption: plain(caption),
    ...(album === undefined ? {} : { album }),
  };
  return item(seq, posted(seq, content, from));
}
