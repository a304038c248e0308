/**
 * People who ask to join, where somebody turned approval on: Signal tells of them to nobody, so that groups are looked
 * at in turn. Where we are the only admin nobody else could let them in; where a person is one, it is up to them.
 */
import type { ChatId } from "../../actors/model/mod.ts";
import { pause } from "../shared/reconnect.ts";
import { acisOf } from "./groups.ts";
import type { Group } from "./requests.ts";
import type { Rpc } from "./rpc.ts";

/** Between two groups, ms: each look is a question to Signal's servers. */
const STEP_MS = 5_000;

/** What looking works with. */
export interface ApprovalDeps {
  readonly rpc: Rpc;
  /** Our own ACI. */
  readonly me: string;
  readonly chats: () => Promise<readonly ChatId[]>;
  /** Between two rounds over all groups, ms. */
  readonly everyMs: number;
  /** Looks at a group, tells what has changed, and answers it. */
  readonly refresh: (chat: ChatId) => Promise<Group | null>;
}

/** Until `signal` aborts. */
export async function letIn(deps: ApprovalDeps, signal: AbortSignal): Promise<void> {
  const { chats, everyMs } = deps;
  while (!signal.aborted) {
    for (const chat of await chats()) {
      if (signal.aborted) return;
      await once(deps, chat).catch(() => undefined);
      await pause(Math.min(STEP_MS, everyMs), signal);
    }
    await pause(everyMs, signal);
  }
}

async function once({ rpc, me, refresh }: ApprovalDeps, chat: ChatId): Promise<void> {
  const group = await refresh(chat);
  const asking = acisOf(group?.requestingMembers);
  if (asking.length === 0 || acisOf(group?.admins).some((aci) => aci !== me)) return;
  await rpc.call("updateGroup", { groupId: chat, member: asking });
  await refresh(chat);
}
