/** Our account on a simulated messenger. */
import type { ChatId, NativeId, NativeOp, Person, Receipt } from "../../actors/model/mod.ts";
import {
  type Adapter,
  type AdapterHost,
  type CallOptions,
  ChatGone,
  type CreatedGroup,
  type GroupSpec,
  type MediaStream,
  OutcomeUnknown,
  Rejected,
  RetryLater,
  type SendOptions,
} from "../../actors/ports/mod.ts";
import type { Chat } from "./chat.ts";
import type { Network } from "./network.ts";
import { perform } from "./perform.ts";
import { refuseTitle } from "../shared/refusals.ts";

/** How long to wait after the disk failed before anything was done. */
const DISK_RETRY_MS = 1000;

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
    openMedia: (media, options) => openMedia(network, media, options),
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
  const refusal = refuseTitle(spec.title, network.traits);
  if (refusal !== null) throw new Rejected(refusal.message, refusal.reason);
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

async function openMedia(network: Network, media: NativeId, options: CallOptions): Promise<MediaStream> {
  beginning(options);
  await known(network.load());
  const file = network.files.open(media);
  if (file !== null) return file;
  throw new Rejected("Cannot open the file as it must be kept there: it is not", "no-target");
}

interface Sending {
  readonly chat: ChatId;
  readonly op: NativeOp;
  readonly options: SendOptions;
}

async function send(network: Network, { chat: id, op, options }: Sending): Promise<Receipt> {
  if (op.type === "leave") return await leave(network, id, options);
  const chat = await ourChat(network, id, options);
  const receipt = await perform({ network, chat, options, now: network.host.now() }, op);
  await kept(network);
  return receipt;
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
