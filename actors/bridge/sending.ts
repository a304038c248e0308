/** How the next item is sent: where to, and how long that may take. */
import type { Bridge, MediaRef, NativeOp } from "../model/mod.ts";
import type { Adapter } from "../ports/mod.ts";
import type { LaneItem } from "../store/mod.ts";
import type { LaneAccount, LaneRoute } from "./lane_deps.ts";

/** How long a file may take to be read and brought into form, ms. */
export const FILE_MAX_MS = 15 * 60_000;
/** What nobody aborts. */
export const NEVER: AbortSignal = new AbortController().signal;
/** How long a send may take, ms, and how many bytes it has to carry in one, at the least. */
const SEND_MAX_MS = 60_000;
const SLOWEST = 30;

/** Where the next item goes. */
export interface Sending {
  readonly route: LaneRoute;
  readonly account: LaneAccount;
  readonly adapter: Adapter;
  /** The pace does not keep up. */
  readonly scarce: boolean;
}

/** How long the send of an op may take, ms. */
export function sendMaxMs(op: NativeOp): number {
  return SEND_MAX_MS + filesOf(op).reduce((sum, { bytes }) => sum + (bytes ?? 0) / SLOWEST, 0);
}

function filesOf(op: NativeOp): readonly MediaRef[] {
  if (op.type === "album") return op.items.map(({ media }) => media);
  if (op.type === "media") return [op.media];
  return op.type === "icon" && op.media !== null ? [op.media] : [];
}

/** What can be done with a lane's next item. */
export type Standing = "send" | "wait" | "left" | "failed" | "no-chat";

/** How the bridge stands for `item`; `begun`: its chat may be half made. */
export function standing(
  { op: { type } }: LaneItem,
  { bridge, account, begun }: {
    readonly bridge: Bridge;
    readonly account: LaneAccount | null;
    readonly begun: boolean;
  },
): Standing {
  const leave = type === "leave";
  if (bridge.chat === null && type !== "create") {
    if (leave) return "left";
    if (bridge.leaving === true) return "failed";
    return bridge.status === "failed" ? "no-chat" : "wait";
  }
  const lost = account === null || bridge.status === "failed";
  // A chat that is to be left is not made any more, unless it may be half made.
  const unmade = type === "create" && !begun;
  // What waits for a chat that we shall never be in again would keep us from saying that we left.
  if ((lost || unmade) && bridge.leaving === true) return leave ? "left" : "failed";
  return lost || account.adapter === null ? "wait" : "send";
}
