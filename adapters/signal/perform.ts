/** Performs one op: one call, and what its results mean. One at a time per account. */
import { type ChatId, type NativeOp, type OpId, type Receipt } from "../../actors/model/mod.ts";
import { ChatGone, OutcomeUnknown, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { SIGNAL } from "./capabilities.ts";
import type { Edits } from "./edits.ts";
import { type Call, checkedTitle, encode, type MessageOp } from "./encode.ts";
import { asked, isStaleGroup, proofRequired, refused, resultsOf, SLOW_MS, slowDown } from "./failures.ts";
import type { Groups } from "./groups.ts";
import { messageId, parseMessageId } from "./ids.ts";
import { attachmentOf } from "./media.ts";
import type { SendResult, Sent } from "./requests.ts";
import type { Rpc } from "./rpc.ts";
import type { Limits } from "./limits.ts";

/** Signal's clients take ten edits of a message. */
const EDITS_MAX = 10;

/** What an op is performed with. */
export interface PerformDeps {
  readonly rpc: Rpc;
  /** Our own ACI. */
  readonly me: string;
  readonly edits: Edits;
  readonly groups: Groups;
  readonly limits: Limits;
  readonly now: () => number;
}

/** One op, and where. */
export interface Performing {
  readonly chat: ChatId;
  readonly op: MessageOp | Extract<NativeOp, { type: "title" }>;
  readonly opId: OpId;
  readonly signal: AbortSignal;
  /** Reads the file of a `media` op. */
  readonly media?: SendOptions["media"];
}

/** @throws {DeliveryFailure} */
export async function perform(deps: PerformDeps, performing: Performing): Promise<Receipt> {
  const { chat, op } = performing;
  deps.limits.check();
  if (op.type === "title") return await retitle(deps, chat, op.title);
  const call = await callOf(deps, performing, op);
  const { timestamp } = await sent(deps, call, performing.signal);
  if (op.type === "edit") await deps.edits.add(chat, op.target, timestamp);
  const made = op.type === "post" || op.type === "media";
  return { ids: made ? [messageId({ author: deps.me, timestamp })] : [], at: timestamp };
}

async function retitle({ rpc, groups, now }: PerformDeps, chat: ChatId, title: string): Promise<Receipt> {
  const name = checkedTitle(title);
  await groups.turns.take(async () => {
    await asked("set the title", rpc.call("updateGroup", { groupId: chat, name }));
    // What comes back as a change is no news.
    const row = await groups.row(chat);
    if (row !== null) await groups.keep(chat, { ...row, title: name });
  });
  return { ids: [], at: now() };
}

async function callOf(deps: PerformDeps, { chat, media }: Performing, op: MessageOp): Promise<Call> {
  const { me, edits } = deps;
  const meant = "target" in op ? op.target : op.replyTo;
  const target = meant === undefined ? null : await edits.newest(chat, meant);
  if (op.type === "edit" && await edits.count(chat, op.target) >= EDITS_MAX) {
    throw new Rejected("Cannot edit the message as it must have been edited less than ten times", "too-old");
  }
  const file = op.type === "media" ? { attachment: await attachmentOf(op, media) } : {};
  const call = encode(op, { groupId: chat, me, target, ...file });
  if (op.type === "edit" || op.type === "delete") inTime(op, deps.now());
  return call;
}

/** Signal's clients pass over what comes too late, without a word. @throws {Rejected} */
function inTime({ type, target }: Extract<MessageOp, { type: "edit" | "delete" }>, now: number): void {
  const { windowMs } = SIGNAL[type];
  const sentAt = parseMessageId(target)?.timestamp ?? now;
  if (windowMs === null || now - sentAt <= windowMs) return;
  throw new Rejected(`Cannot ${type} the message as it must be younger than a day: it is not`, "too-old");
}

/** Sends; what a keeper of secrets can mend by itself is mended and tried once more. */
async function sent(deps: PerformDeps, call: Call, signal: AbortSignal): Promise<Sent> {
  try {
    return await once(deps, call, signal);
  } catch (error) {
    if (!await mended(deps, call, error)) throw refused("send", error);
  }
  try {
    return await once(deps, call, signal);
  } catch (error) {
    throw refused("send", error);
  }
}

/** One call, with what its results mean. @throws as `Rpc.call`, {DeliveryFailure} */
async function once({ rpc, limits }: PerformDeps, call: Call, signal: AbortSignal): Promise<Sent> {
  try {
    const answer = await callWith(rpc, call, signal);
    limits.heed(answer.results ?? []);
    return answer;
  } catch (error) {
    const answer = resultsOf(error);
    if (answer === null) throw error;
    return judged(answer, limits, error);
  }
}

/** A send that reached nobody. Where nobody is left whom it could reach, it is done. */
function judged(answer: Sent, limits: Limits, error: unknown): Sent {
  const results = answer.results ?? [];
  const types = new Set(results.map(({ type }) => type));
  limits.heed(results);
  const waitMs = limits.waitMs;
  if (types.has("SUCCESS")) return answer;
  if (results.some(({ token }) => token)) throw proofRequired(waitMs || SLOW_MS);
  if (types.has("RATE_LIMIT_FAILURE")) throw slowDown(waitMs || SLOW_MS);
  if (types.has("IDENTITY_FAILURE")) throw error;
  if (types.has("NETWORK_FAILURE")) {
    throw new OutcomeUnknown("Cannot tell whether it could send: the network failed");
  }
  return answer;
}

/** Whether the reason of a failure is gone now. */
async function mended({ rpc }: PerformDeps, { params: { groupId } }: Call, error: unknown): Promise<boolean> {
  if (isStaleGroup(error)) {
    const groups = await asked("look at the group", rpc.call("listGroups", { groupId: [groupId] }));
    if (groups.length === 0) throw new ChatGone("Cannot find the group", { reason: "bridge.kicked" });
    return true;
  }
  const strangers = (resultsOf(error)?.results ?? []).filter(({ type }) => type === "IDENTITY_FAILURE");
  await trust(rpc, strangers);
  return strangers.length > 0;
}

/** Their keys have changed, as they do with a new phone: nobody could compare them here. */
async function trust(rpc: Rpc, strangers: readonly SendResult[]): Promise<void> {
  for (const { recipientAddress } of strangers) {
    const recipient = recipientAddress?.uuid ?? recipientAddress?.number;
    if (!recipient) continue;
    await asked("trust a new key", rpc.call("trust", { recipient, trustAllKnownKeys: true }));
  }
}

/** Each by its own name: the checks of what it takes and answers hang on it. */
function callWith(rpc: Rpc, call: Call, signal: AbortSignal): Promise<Sent> {
  switch (call.method) {
    case "send":
      return rpc.call("send", call.params, { signal });
    case "sendReaction":
      return rpc.call("sendReaction", call.params, { signal });
    case "remoteDelete":
      return rpc.call("remoteDelete", call.params, { signal });
    default:
      return call satisfies never;
  }
}
