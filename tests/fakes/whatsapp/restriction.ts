/** Accounts that are held back from writing to new people: how the server says so, and what it answers. */
import { type BinaryNode, el, freshId, seconds, SERVER } from "./node.ts";
import type { World } from "./world.ts";

/** Until when, and why. */
export interface Restriction {
  readonly endsAtMs: number;
  /** As the client's library knows it. */
  readonly type: string;
}

/** Restricts every linked account, or no longer, and tells the devices. */
export function restrict(world: World, restriction: Restriction | null): void {
  world.restriction = restriction;
  const data = { xwa2_notify_account_reachout_timelock: stateOf(restriction) };
  const update = el(
    "update",
    { op_name: "NotificationUserReachoutTimelockUpdate" },
    JSON.stringify({ data }),
  );
  for (const device of world.linkedDevices) {
    device.deliver(
      el("notification", { from: SERVER, type: "mex", id: freshId("1"), t: seconds() }, [update]),
    );
  }
}

/** Answers what a device asks in the language of the settings. */
export function answerMex({ restriction }: World): BinaryNode {
  const data = {
    xwa2_fetch_account_reachout_timelock: stateOf(restriction),
    xwa2_message_capping_info: { capping_status: "NONE", total_quota: 0, used_quota: 0 },
  };
  return el("result", {}, JSON.stringify({ data }));
}

function stateOf(restriction: Restriction | null): object {
  if (restriction === null) return { is_active: false };
  return {
    is_active: true,
    time_enforcement_ends: String(Math.floor(restriction.endsAtMs / 1000)),
    enforcement_type: restriction.type,
  };
}
