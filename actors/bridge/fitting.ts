/** The file of an op, brought into a form that the bridge takes. */
import type { Fitted, GroupId, MediaKind, MediaRef, Messenger, Op } from "../model/mod.ts";
import { type Adapter, type Host, type MediaLibrary, RetryLater } from "../ports/mod.ts";
import type { LaneRoute, SourceOf } from "./lane_deps.ts";

/** How often a file that cannot be read right now is asked for again, before its message goes without it. */
const MISSES_MAX = 24;
/** How long it is waited in between at most, ms. */
const MISS_MS = 5_000;
const GONE: Fitted = { form: "none", problem: "gone" };

/** What a file is fitted to. */
export interface FitAround {
  readonly host: Host;
  readonly library: MediaLibrary;
  readonly sourceOf: SourceOf;
  readonly group: GroupId;
  readonly route: LaneRoute;
  readonly adapter: Adapter;
  /** The native way was refused: a link is used instead. */
  readonly refused: boolean;
  readonly signal: AbortSignal;
}

/** A file that an op carries, and which messenger has it. */
interface FileOf {
  readonly messenger: Messenger;
  readonly kind: MediaKind;
  readonly media: MediaRef;
  /** The picture of the group. */
  readonly icon: boolean;
}

/** The file that an op carries, or null. */
export function fileIn(op: Op): FileOf | null {
  if (op.type === "icon") {
    return op.media === null ? null : { messenger: op.source, kind: "photo", media: op.media, icon: true };
  }
  if (op.type !== "post" && op.type !== "edit") return null;
  const { content, author } = op;
  if (content.type !== "media") return null;
  return { messenger: author.messenger, kind: content.kind, media: content.media, icon: false };
}

/** Fits the files of one lane. One that cannot be had for a long time holds up nobody: its message goes without it. */
export class Fitting {
  /** How often each was asked for in vain, of what is planned together: each time all of them are asked for. */
  readonly #misses = new Map<string, number>();

  /** @throws {RetryLater} */
  async fit(file: FileOf, around: FitAround): Promise<Fitted> {
    const { native } = file.media;
    const misses = this.#misses.get(native) ?? 0;
    if (misses >= MISSES_MAX) return GONE;
    try {
      return await fit(file, around);
    } catch (error) {
      const final = !(error instanceof RetryLater) || misses + 1 >= MISSES_MAX;
      this.#misses.set(native, final ? MISSES_MAX : misses + 1);
      if (!final) throw new RetryLater(error.message, Math.min(error.afterMs, MISS_MS));
      around.host.log.warn("file-not-fitted", { kind: file.kind, messenger: file.messenger });
      return GONE;
    }
  }

  /** What was asked for is planned: the next files begin anew. */
  done(): void {
    this.#misses.clear();
  }
}

async function fit(file: FileOf, around: FitAround): Promise<Fitted> {
  const { group, library, sourceOf, route, adapter, refused, signal } = around;
  const { media, icon } = adapter.capabilities(route.bridge.chat);
  const source = sourceOf(group, file);
  if (!file.icon) return await library.fit(source, refused ? {} : media, { signal });
  const picture = icon === undefined ? null : await library.icon(source, icon, { signal });
  return picture === null
    ? { form: "none", problem: "unreadable" }
    : { form: "file", kind: "photo", media: picture };
}
