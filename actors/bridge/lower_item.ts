/** Lowering with what is known of the message that an op refers to. */
import type { GroupId, NativeId, Op } from "../model/mod.ts";
import type { Adapter, Host } from "../ports/mod.ts";
import { lower, type Part } from "../render/mod.ts";
import type { LaneItem, MessageEntry, MessageMap } from "../store/mod.ts";
import type { LaneRoute } from "./lane_deps.ts";

interface Around {
  readonly host: Host;
  readonly map: MessageMap;
  readonly group: GroupId;
  readonly route: LaneRoute;
  readonly adapter: Adapter;
  /** The native way was refused: words are used instead. */
  readonly refused: boolean;
}

/** The parts of a lane's next item: the same again while it is being sent. */
export class Lowering {
  #held: { readonly seq: number; readonly refused: boolean; readonly parts: readonly Part[] } | null = null;

  /** A promise only where the message map has to be read from disk. */
  parts({ seq, op }: LaneItem, around: Around): readonly Part[] | Promise<readonly Part[]> {
    const { refused } = around;
    if (this.#held?.seq === seq && this.#held.refused === refused) return this.#held.parts;
    const keep = (parts: readonly Part[]): readonly Part[] => {
      this.#held = { seq, refused, parts };
      return parts;
    };
    const lowered = lowerItem(op, around);
    return lowered instanceof Promise ? lowered.then(keep) : keep(lowered);
  }

  forget(): void {
    this.#held = null;
  }
}

function lowerItem(op: Op, around: Around): readonly Part[] | Promise<readonly Part[]> {
  const { map, group } = around;
  const wanted = op.type === "post" ? op.replyTo?.message : "message" in op ? op.message : undefined;
  if (wanted === undefined) return lowerWith(op, around, null);
  const entry = map.recallEntry(group, wanted);
  if (entry !== null) return lowerWith(op, around, entry);
  return map.entries(group, [wanted]).then((found) => lowerWith(op, around, found.get(wanted) ?? null));
}

function lowerWith(
  op: Op,
  { host, route, adapter, refused }: Around,
  entry: MessageEntry | null,
): readonly Part[] {
  const { bridge, locale } = route;
  return lower(op, {
    capabilities: adapter.capabilities(bridge.chat),
    messenger: bridge.messenger,
    natives: (message): readonly NativeId[] =>
      message === entry?.id ? entry.copies.get(bridge.messenger) ?? [] : [],
    ageMs: (message) => message === entry?.id ? host.now() - entry.at : null,
    text: (name, values) => host.text(locale, name, values),
    refused,
  });
}
