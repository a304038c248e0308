/** Ops about the chat itself: made, set up, its link ended and made anew. */
import type { Fact, Op, OpId } from "../model/mod.ts";
import type { Adapter, Host } from "../ports/mod.ts";
import type { LaneRoute } from "./lane_deps.ts";

interface Around {
  readonly route: LaneRoute;
  readonly adapter: Adapter;
  readonly host: Host;
  readonly publicUrl: string;
  readonly opId: OpId;
  readonly signal: AbortSignal;
}

/** What the group has to know afterwards; null where this account cannot do such a thing. */
export async function manage(
  op: Extract<Op, { type: "create" | "setup" | "rotate" }>,
  { route, adapter, host, publicUrl, opId, signal }: Around,
): Promise<Fact | null> {
  const { bridge, locale } = route;
  const { messenger, chat } = bridge;
  if (op.type === "rotate") {
    if (chat === null) return null;
    return { type: "bridge-invite", messenger, inviteUrl: await adapter.revokeInvite(chat, { signal }) };
  }
  const description = host.text(locale, "group.description", { url: publicUrl });
  const spec = { title: op.title, description, opId };
  const made = op.type === "setup" && chat !== null
    ? await adapter.setupGroup?.(chat, spec, { signal })
    : await adapter.createGroup?.(spec, { signal });
  return made === undefined ? null : { type: "bridge-ready", messenger, ...made };
}
