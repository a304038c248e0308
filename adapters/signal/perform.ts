/** Performs one op: one call, and what its results mean. One at a time per account. */
import type { Capabilities, ChatId, NativeId, OpId, Receipt } from "../../actors/model/mod.ts";
import { ChatGone, OutcomeUnknown, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { attach, type Attached } from "./attach.ts";
import { SIGNAL } from "./capabilities.ts";
import type { Edits } from "./edits.ts";
import { type Call, encode, filesOf, type MessageOp } from "./encode.ts";
import { asked, isStaleGroup, proofRequired, refused, resultsOf, SLOW_MS, slowDown } from "./failures.ts";
import { changeGroup, type GroupOp, type GroupOpDeps, isGroupOp } from "./group_ops.ts";
import { messageId, parseMessageId, type SignalMessage } from "./ids.ts";
import type { Limits } from "./limits.ts";
import type { SendResult, Sent } from "./requests.ts";
import type { CallOptions, Rpc } from "./rpc.ts";

/** Signal's clients take ten edits of a message. */
const EDITS_MAX = 10;

/** What an op is performed with. */
export interface PerformDeps extends GroupOpDeps {
  /** Our own ACI. */
  readonly me: string;
  /** Of signal-cli. */
  readonly version: string;
  readonly edits: Edits;
  readonly limits: Limits;
  /** Where signal-cli reads files of ours; null: it does not. */
  readonly folder: string | null;
  readonly table: Capabilities;
}

/** One op, and where. */
export interface Performing {
  readonly chat: ChatId;
  readonly op: MessageOp | GroupOp;
  readonly opId: OpId;
  readonly signal: AbortSignal;
  /** Reads the files of an op. */
  readonly media?: SendOptions["media"];
}

/** @throws {DeliveryFailure} */
export async function perform(deps: PerformDeps, performing: Performing): Promise<Receipt> {
  const { chat, op, media, signal } = performing;
  deps.limits.check();
  if (isGroupOp(op)) return await changeGroup(deps, { chat, op, media });
  const { edits, me, folder, table } = deps;
  const files = filesOf(op);
  // What is wrong with the words is known before a file is read.
  await callOf(deps, chat, op, []);
  await using attached = files.length === 0 ? NO_FILES : await attach(files, { open: media, folder, table });
  const call = await callOf(deps, chat, op, attached.params);
  const { timestamp } = await sent(deps, call, { signal, files: attached.files });
  if (op.type === "edit") await edits.add(chat, op.target, timestamp);
  const made = { author: me, timestamp };
  if (files.length > 1) await edits.addAlbum(chat, messageId(made), files.length);
  return { ids: idsOf(op, made), at: timestamp };
}

const NO_FILES: Attached = { params: [], files: [], [Symbol.asyncDispose]: () => Promise.resolve() };

/** One message: its second and further files have ids of their own, so that they are told apart. */
function idsOf(op: MessageOp, made: SignalMessage): NativeId[] {
  if (op.type === "post" || op.type === "media" || op.type === "poll") return [messageId(made)];
  return op.type === "album" ? op.items.map((_, index) => messageId(made, index)) : [];
}

async function callOf(
  { me, edits, version, now }: PerformDeps,
  chat: ChatId,
  op: MessageOp,
  attachment: readonly string[],
): Promise<Call> {
  const meant = "target" in op ? op.target : op.replyTo;
  const target = meant === undefined ? null : await edits.newest(chat, meant);
  if (op.type === "edit" && await edits.count(chat, op.target) >= EDITS_MAX) {
    throw new Rejected("Cannot edit the message as it must have been edited less than ten times", "too-old");
  }
  const call = encode(op, { groupId: chat, me, version, target, attachment });
  if (op.type === "edit" || op.type === "delete") inTime(op, now());
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
async function sent(deps: PerformDeps, call: Call, options: CallOptions): Promise<Sent> {
  try {
    return await once(deps, call, options);
  } catch (error) {
    if (!await mended(deps, call, error)) throw refused("send", error);
  }
  try {
    return await once(deps, call, options);
  } catch (error) {
    throw refused("send", error);
  }
}

/** One call, with what its results mean. @throws as `Rpc.call`, {DeliveryFailure} */
async function once({ rpc, limits }: PerformDeps, call: Call, options: CallOptions): Promise<Sent> {
  try {
    const answer = await callWith(rpc, call, options);
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
function callWith(rpc: Rpc, call: Call, options: CallOptions): Promise<Sent> {
  switch (call.method) {
    case "send":
      return rpc.call("send", call.params, options);
    case "sendReaction":
      return rpc.call("sendReaction", call.params, options);
    case "remoteDelete":
      return rpc.call("remoteDelete", call.params, options);
    case "sendPollCreate":
      return rpc.call("sendPollCreate", call.params, options);
    case "sendPollTerminate":
      return rpc.call("sendPollTerminate", call.params, options);
    default:
      return call satisfies never;
  }
}
