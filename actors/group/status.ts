/** `/status`: how each bridge is, in words, for whoever asks. */
import type { Bridge, BridgeStatus, MessageId } from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { oneLine } from "../render/mod.ts";
import type { Asked } from "./asked.ts";
import type { Draft } from "./draft.ts";
import { WEB } from "./web.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How a bridge is, as its accounts and lanes have it too. */
export interface Standing {
  readonly status: BridgeStatus;
  /** Words for people. */
  readonly reason: string | null;
  /** Since when something waits to be sent there, ms since 1970; null where nothing does. */
  readonly since: number | null;
}

/** Answers in reply to the question. In the browser it is the refusal. @throws {RelayError} `conflict` there */
export function tellStatus(draft: Draft, { member, native }: Asked): MessageId | null {
  const bridges = draft.record.bridges.filter(({ messenger, hidden, leaving }) =>
    messenger !== WEB && hidden !== true && leaving !== true
  );
  const lines = bridges.map((bridge) => lineOf(draft, bridge)).join("\n");
  if (member.messenger === WEB) throw new RelayError("conflict", lines);
  const about = draft.named(member.messenger, native);
  const values = { lines };
  draft.send({ type: "notice", key: "status.answer", values, quiet: true, about }, [member.messenger]);
  return null;
}

function lineOf(draft: Draft, bridge: Bridge): string {
  const { status, reason, since } = draft.around.standing(bridge, draft.record);
  const messenger = draft.label(bridge.messenger);
  const waitMs = since === null ? 0 : draft.around.at - since;
  const words = status !== "ready"
    ? draft.text(`bridge-status.${status}`)
    : waitMs < MINUTE_MS
    ? draft.text("bridge-status.ready")
    : waiting(draft, waitMs);
  const sign = status === "ready" ? waitMs < MINUTE_MS ? "✅" : "⏳" : status === "failed" ? "❌" : "⏳";
  const why = reason === null ? "" : ` – ${oneLine(reason)}`;
  return `${sign} ${messenger}: ${words}${why}`;
}

function waiting(draft: Draft, ms: number): string {
  return ms < HOUR_MS
    ? draft.text("status.minutes", { count: String(Math.floor(ms / MINUTE_MS)) })
    : draft.text("status.hours", { count: String(Math.floor(ms / HOUR_MS)) });
}
