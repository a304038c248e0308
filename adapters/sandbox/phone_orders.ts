/** What somebody on a simulated phone does to a message, and what our account is told of it. */
import { type ChatId, type Event, NativeId, textContent } from "../../actors/model/mod.ts";
import { RelayError } from "../../actors/ports/mod.ts";
import type { Chat } from "./chat.ts";
import type { Network } from "./network.ts";
import type { ChatMember, Message, Phone } from "./records.ts";
import {
  reactionOf,
  type Refusal,
  refuseDelete,
  refuseEdit,
  refuseReaction,
  refuseText,
} from "./refusals.ts";

/** What somebody got wrong; `message` is for people and holds nothing that they sent. */
export class SandboxError extends Error {
  constructor(readonly code: "not-found" | "invalid", message: string) {
    super(message);
  }
}

/** What a phone is told to send. `target` and `replyTo` are ids of messages that it sees. */
export interface PhoneOrder {
  readonly chatId: string;
  readonly type: "text" | "edit" | "delete" | "reaction";
  readonly text?: string;
  readonly emoji?: string;
  readonly target?: string;
  readonly replyTo?: string;
}

/** Who acts, where and when. */
export interface Scene {
  readonly network: Network;
  readonly phone: Phone;
  readonly chat: Chat;
  readonly member: ChatMember;
  readonly now: number;
}

/** Resolves when the relay has what was sent, or nobody of it is there to be told. */
export async function perform(scene: Scene, order: PhoneOrder): Promise<{ messageId: string }> {
  switch (order.type) {
    case "text":
      return await sendText(scene, order);
    case "edit":
      return await sendEdit(scene, order);
    case "delete":
      return await sendDelete(scene, order);
    case "reaction":
      return await sendReaction(scene, order);
    default:
      return order.type satisfies never;
  }
}

async function sendText(scene: Scene, { text = "", replyTo }: PhoneOrder): Promise<{ messageId: string }> {
  const { network, chat, member, now } = scene;
  refuse(refuseText(text, network.traits));
  const original = replyTo === undefined ? null : visible(scene, replyTo).ids[0] ?? null;
  const body = network.traits.decode(text);
  const message = chat.post({ from: member, at: now, body, replyTo: original });
  const native = firstId(message);
  await tell(network, chat, {
    ...head(chat, message.at),
    type: "message",
    author: author(scene),
    native,
    content: textContent(body),
    ...(original === null ? {} : { replyTo: { native: original } }),
  });
  return { messageId: native };
}

async function sendEdit(scene: Scene, { text = "", target }: PhoneOrder): Promise<{ messageId: string }> {
  const { network, chat, phone, now } = scene;
  const message = living(scene, target);
  refuse(refuseText(text, network.traits));
  refuse(refuseEdit(message, { by: phone.native, now }, network.traits));
  const body = network.traits.decode(text);
  const alias = chat.edit(message, body, now);
  const event: Event = {
    ...head(chat, now),
    type: "edit",
    author: author(scene),
    target: { native: firstId(message) },
    content: textContent(body),
    ...(alias === null ? {} : { alias }),
  };
  await tell(network, chat, network.traits.capabilities.sees.edits ? event : null);
  return { messageId: firstId(message) };
}

async function sendDelete(scene: Scene, { target }: PhoneOrder): Promise<{ messageId: string }> {
  const { network, chat, phone, now } = scene;
  const message = living(scene, target);
  refuse(refuseDelete(message, { by: phone.native, now }, network.traits));
  chat.delete(message);
  const event: Event = {
    ...head(chat, now),
    type: "delete",
    author: author(scene),
    target: { native: firstId(message) },
  };
  await tell(network, chat, network.traits.capabilities.sees.deletes ? event : null);
  return { messageId: firstId(message) };
}

async function sendReaction(
  scene: Scene,
  { emoji = "", target }: PhoneOrder,
): Promise<{ messageId: string }> {
  const { network, chat, phone, now } = scene;
  const message = living(scene, target);
  const wanted = reactionOf(emoji, network.traits);
  refuse(refuseReaction(wanted, network.traits));
  chat.react(message, phone.native, wanted);
  const event: Event = {
    ...head(chat, now),
    type: "reaction",
    author: author(scene),
    target: { native: firstId(message) },
    emoji: wanted === "" ? [] : [wanted],
  };
  await tell(network, chat, network.traits.capabilities.sees.reactions ? event : null);
  return { messageId: firstId(message) };
}

/** Keeps what was changed, and has our account told, where it is there to be. */
export async function tell(network: Network, chat: Chat, event: Event | null): Promise<void> {
  if (event !== null && chat.record.present) await network.inbox.add(event);
  else await saved(network);
}

/** @throws {RelayError} `unavailable` where the disk refuses */
export async function saved(network: Network): Promise<void> {
  try {
    await network.saved();
  } catch (error) {
    if (error instanceof RelayError) throw error;
    throw new RelayError("unavailable", "Cannot keep this as the sandbox's disk refused", 1000);
  }
}

/** What every event begins with: an id that stays the same when it is delivered again. */
export function head(
  chat: Chat,
  at: number,
): { readonly id: string; readonly chat: ChatId; readonly at: number } {
  return { id: crypto.randomUUID(), chat: chat.id, at };
}

function author({ phone }: Scene): { readonly native: NativeId; readonly name: string } {
  return { native: phone.native, name: phone.name };
}

/** A message that this phone sees. */
function visible({ chat, member }: Scene, id: string | undefined): Message {
  const message = id === undefined ? null : chat.find(id);
  if (message !== null && message.n >= member.since) return message;
  throw new SandboxError("not-found", "Cannot find this message on this phone");
}

function living(scene: Scene, id: string | undefined): Message {
  const message = visible(scene, id);
  if (!message.deleted) return message;
  throw new SandboxError("invalid", "Cannot change the message as it was deleted");
}

function refuse(refusal: Refusal | null): void {
  if (refusal !== null) throw new SandboxError("invalid", refusal.message);
}

/** What the messenger calls the message, whatever edits have added. */
export function firstId({ ids }: Message): NativeId {
  return NativeId.parse(ids[0]);
}
