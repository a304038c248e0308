/** Our account on a simulated messenger. */
import { carried } from "../shared/uncarried.ts";
import type { ChatId, NativeId, NativeOp, Person, Receipt } from "../../actors/model/mod.ts";
import {
  type Adapter,
  type AdapterHost,
  type CallOptions,
  ChatGone,
  type CreatedGroup,
  type GroupSpec,
  OutcomeUnknown,
  Rejected,
  RetryLater,
  type SendOptions,
} from "../../actors/ports/mod.ts";
import type { Chat } from "./chat.ts";
import type { Network } from "./network.ts";
import type { Message } from "./records.ts";
import {
  reactionOf,
  type Refusal,
  refuseDelete,
  refuseEdit,
  refuseReaction,
  refuseText,
  refuseTitle,
} from "./refusals.ts";

/** How long to wait after the disk failed before anything was done. */
const DISK_RETRY_MS = 1000;

type OpOf<Type extends NativeOp["type"]> = Extract<NativeOp, { readonly type: Type }>;

/** Who acts, where and when. */
interface Scene {
  readonly network: Network;
  readonly chat: Chat;
  readonly options: SendOptions;
  readonly now: number;
}

/** The account that `network` knows as ours, from now on under `host`. */
export function sandboxAdapter(network: Network, host: AdapterHost): Adapter {
  network.attach(host);
  return {
    capabilities: () => network.traits.capabilities,
    run: (signal) => run(network, host, signal),
    send: (chat, op, options) => send(network, { chat, op, options }),
    createGroup: (spec, options) => createGroup(network, spec, options),
    inviteLink: async (chat, options) => network.inviteUrl(await ourChat(network, chat, options)),
    revokeInvite: (chat, options) => revokeInvite(network, chat, options),
    members: (chat, options) => members(network, chat, options),
    openMedia: () =>
      Promise.reject(new Rejected("Cannot open media as simulated phones send none", "no-target")),
    link: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => {
      network.detach(host);
      return Promise.resolve();
    },
  };
}

async function run(network: Network, host: AdapterHost, signal: AbortSignal): Promise<void> {
  host.report({ status: "starting" });
  await network.load();
  if (signal.aborted) return;
  host.report({ status: "connected" });
  await network.inbox.serve((event) => host.deliver(event), signal);
}

async function createGroup(network: Network, spec: GroupSpec, options: CallOptions): Promise<CreatedGroup> {
  beginning(options);
  reject(refuseTitle(spec.title, network.traits));
  const chat = await known(network.createChat(spec.opId, spec.title));
  // The same creation finds the same chat, so nothing is uncertain about trying again.
  await known(network.saved());
  return { chat: chat.id, inviteUrl: network.inviteUrl(chat) };
}

async function revokeInvite(network: Network, id: ChatId, options: CallOptions): Promise<string | null> {
  const chat = await ourChat(network, id, options);
  network.renewInvite(chat);
  await kept(network);
  return network.inviteUrl(chat);
}

async function* members(network: Network, id: ChatId, options: CallOptions): AsyncIterable<Person> {
  const chat = await ourChat(network, id, options);
  for (const { native, name } of chat.record.members) yield { native, name };
}

interface Sending {
  readonly chat: ChatId;
  readonly op: NativeOp;
  readonly options: SendOptions;
}

async function send(network: Network, { chat: id, op, options }: Sending): Promise<Receipt> {
  if (op.type === "leave") return await leave(network, id, options);
  const chat = await ourChat(network, id, options);
  const receipt = perform({ network, chat, options, now: network.host.now() }, op);
  await kept(network);
  return receipt;
}

/** What the tables carry, `leave` aside. */
const CARRIED = ["post", "edit", "delete", "react", "title"] as const;

function perform(scene: Scene, wanted: Exclude<NativeOp, { type: "leave" }>): Receipt {
  const op = carried(wanted, CARRIED);
  switch (op.type) {
    case "post":
      return post(scene, op);
    case "edit":
      return edit(scene, op);
    case "delete":
      return remove(scene, op);
    case "react":
      return react(scene, op);
    case "title":
      reject(refuseTitle(op.title, scene.network.traits));
      scene.chat.change({ title: op.title });
      return { ids: [], at: scene.now };
    default:
      return op satisfies never;
  }
}

function post({ network, chat, options, now }: Scene, op: OpOf<"post">): Receipt {
  const { traits } = network;
  reject(refuseText(op.text.text, traits));
  if (traits.choosesIds) {
    const facts = { chat: chat.id, n: 0, at: now, from: null, opId: options.opId };
    const before = chat.find(traits.ids.message(facts));
    if (before !== null) return { ids: before.ids.slice(0, 1), at: before.at };
  }
  // A reply to what is not there (any more) goes out as a plain message, as on the real ones.
  const replyTo = op.replyTo === undefined ? null : chat.find(op.replyTo)?.ids[0] ?? null;
  const message = chat.post({ from: null, at: now, body: op.text, replyTo, opId: options.opId });
  return { ids: [...message.ids], at: message.at };
}

function edit({ network, chat, now }: Scene, op: OpOf<"edit">): Receipt {
  reject(refuseText(op.text.text, network.traits));
  const message = target(chat, op.target);
  if (message.deleted) throw new Rejected("Cannot edit the message as it was deleted", "no-target");
  reject(refuseEdit(message, { by: null, now }, network.traits));
  const alias = chat.edit(message, op.text, now);
  return { ids: alias === null ? [] : [alias], at: now };
}

function remove({ network, chat, now }: Scene, op: OpOf<"delete">): Receipt {
  const message = target(chat, op.target);
  // Deleted is what it should be: a retry finds it so.
  if (message.deleted) return { ids: [], at: now };
  reject(refuseDelete(message, { by: null, now }, network.traits));
  chat.delete(message);
  return { ids: [], at: now };
}

function react({ network, chat, now }: Scene, op: OpOf<"react">): Receipt {
  const emoji = reactionOf(op.emoji ?? "", network.traits);
  reject(refuseReaction(emoji, network.traits));
  const message = target(chat, op.target);
  if (message.deleted) throw new Rejected("Cannot react as the message was deleted", "no-target");
  chat.react(message, null, emoji);
  return { ids: [], at: now };
}

/** Being out already is what a retry finds. */
async function leave(network: Network, id: ChatId, options: SendOptions): Promise<Receipt> {
  beginning(options);
  const chat = await known(network.chat(id));
  if (chat?.record.present) {
    network.endInvite(chat);
    chat.change({ present: false });
    await kept(network);
  }
  return { ids: [], at: network.host.now() };
}

function target(chat: Chat, id: NativeId): Message {
  const message = chat.find(id);
  if (message !== null) return message;
  throw new Rejected("Cannot find the message in this chat", "no-target");
}

/** @throws {ChatGone} where our account is not in it */
async function ourChat(network: Network, id: ChatId, options: CallOptions): Promise<Chat> {
  beginning(options);
  const chat = await known(network.chat(id));
  if (chat === null) {
    throw new ChatGone("Cannot reach the chat as there is none of this id", { reason: "bridge.chat-gone" });
  }
  if (chat.record.present) return chat;
  throw new ChatGone("Cannot reach the chat as our account is not in it", { reason: "bridge.kicked" });
}

function beginning({ signal }: CallOptions): void {
  if (signal.aborted) throw new RetryLater("Cannot perform the op as it was aborted before it began", 0);
}

function reject(refusal: Refusal | null): void {
  if (refusal !== null) throw new Rejected(refusal.message, refusal.reason);
}

/** Waits for what can be tried again as it is. @throws {RetryLater} where the disk refuses */
async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw new RetryLater(
      "Cannot reach the simulated messenger as its disk refused",
      DISK_RETRY_MS,
      "account",
    );
  }
}

/** Has what was done written. @throws {OutcomeUnknown} where the disk refuses: a later write can still keep it */
async function kept(network: Network): Promise<void> {
  try {
    await network.saved();
  } catch (error) {
    throw new OutcomeUnknown("Cannot tell whether the simulated messenger kept the op as its disk refused", {
      cause: error,
    });
  }
}
