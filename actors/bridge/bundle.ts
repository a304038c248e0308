/** What goes out in one send: an item by itself, files of one album, texts that had to wait for their turn, or nothing. */
import { MessageId, NativeId, type Op } from "../model/mod.ts";
import type { LaneItem } from "../store/mod.ts";

/** Texts in one message: as many as the mark below has room for. */
const TEXTS_MAX = 30;
/** A longer text has its own message. */
const TEXT_MAX = 600;
/** How long the first file of an album waits for the others, ms. */
const ALBUM_WAIT_MS = 1_500;

/** The items from `first` on that can be said in one message with it. */
export function textsFrom(first: LaneItem, ahead: Iterable<LaneItem>): LaneItem[] {
  const texts: LaneItem[] = [];
  for (const item of [first, ...ahead]) {
    if (!isShortText(item) || texts.length >= TEXTS_MAX) break;
    texts.push(item);
  }
  return texts;
}

function isShortText({ op, part }: LaneItem): boolean {
  return op.type === "post" && op.content.type === "text" && op.content.body.text.length <= TEXT_MAX &&
    part === 0;
}

/**
 * Whether what waits behind the lane's next item says the same message anew, so that it is not worth a send: many
 * small changes never fill a slow lane.
 */
export function isSuperseded(
  { op }: LaneItem,
  queue: { readonly part: number; ahead(): Iterable<LaneItem> },
): boolean {
  if (queue.part > 0 || !isSmallChange(op)) return false;
  for (const { op: later } of queue.ahead()) if (replaces(later, op)) return true;
  return false;
}

type SmallChange = Extract<Op, { type: "edit" | "result" }>;

/** A change that nobody has to see for itself. */
function isSmallChange(op: Op): op is SmallChange {
  return op.type === "result" || (op.type === "edit" && op.quiet === true);
}

function replaces(later: Op, op: SmallChange): boolean {
  if (op.type === "result") return later.type === "result" && later.about === op.about;
  return (later.type === "edit" || later.type === "delete") && later.message === op.message;
}

/** The files of the same album from `first` on. */
export function albumFrom(first: LaneItem, ahead: Iterable<LaneItem>, max: number): LaneItem[] {
  const album = albumOf(first);
  const files: LaneItem[] = [first];
  if (album === null || first.part > 0) return files;
  for (const item of ahead) {
    if (albumOf(item) !== album || files.length >= max) break;
    files.push(item);
  }
  return files;
}

/** The album that an item is part of, of one person; null where there is none. */
export function albumOf({ op }: LaneItem): string | null {
  if (op.type !== "post" || op.content.type !== "media" || op.content.album === undefined) return null;
  return `${op.author.messenger} ${op.content.album}`;
}

/** How long the first file of an album has to wait for the others, ms; `now` in ms since 1970. */
export function albumWaitMs(
  first: LaneItem,
  ahead: Iterable<LaneItem>,
  limits: { readonly max: number } | undefined,
  now: number,
): number {
  const album = albumOf(first);
  if (album === null || limits === undefined) return 0;
  let count = 1;
  for (const next of ahead) if (albumOf(next) !== album || ++count >= limits.max) return 0;
  const waitedMs = now - first.at;
  // The clock was set back: nobody knows how long it has waited.
  return waitedMs < 0 ? 0 : Math.max(0, ALBUM_WAIT_MS - waitedMs);
}

const MARK = "=";

/**
 * What is kept beside the native id of a message that several share: which ones, in order. So that one of them can be
 * changed without the others.
 */
export function markOf(messages: readonly MessageId[]): NativeId {
  return NativeId.parse(`${MARK}${messages.join(",")}`);
}

/** The native ids alone, and the messages that share them where there are several. */
export function unmarked(
  copies: readonly NativeId[],
): { readonly natives: readonly NativeId[]; readonly shared: readonly MessageId[] } {
  const mark = copies.find((one) => one.startsWith(MARK));
  if (mark === undefined) return { natives: copies, shared: [] };
  const shared = mark.slice(MARK.length).split(",").map((id) => MessageId.parse(id));
  return { natives: copies.filter((one) => one !== mark), shared };
}
