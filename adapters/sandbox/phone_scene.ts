/** A phone that somebody holds, in one of its chats: what every order of theirs needs. */
import { type ChatId, type Event, NativeId } from "../../actors/model/mod.ts";
import { RelayError } from "../../actors/ports/mod.ts";
import type { Chat } from "./chat.ts";
import type { Network } from "./network.ts";
import type { ChatMember, Message, Phone } from "./records.ts";
import { type Refusal } from "../shared/refusals.ts";

/** What somebody got wrong; `message` is for people and holds nothing that they sent. */
export class SandboxError extends Error {
  constructor(readonly code: "not-found" | "invalid", message: string) {
    super(message);
  }
}

/** Who acts, where and when. */
export interface Scene {
  readonly network: Network;
  readonly phone: Phone;
  readonly chat: Chat;
  readonly member: ChatMember;
  readonly now: number;
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

/** Whoever holds the phone. */
export function author({ phone }: Scene): { readonly native: NativeId; readonly name: string } {
  return { native: phone.native, name: phone.name };
}

/** A message that this phone sees. */
export function visible({ chat, member, now }: Scene, id: string | undefined): Message {
  const message = id === undefined ? null : chat.find(id);
  if (message !== null && shows(message, member, now)) return message;
  throw new SandboxError("not-found", "Cannot find this message on this phone");
}

/** Whether `member` sees the message at `now`. */
export function shows({ n, until = Infinity }: Message, member: ChatMember, now: number): boolean {
  return n >= member.since && until > now;
}

/** The same, while it is not deleted. */
export function living(scene: Scene, id: string | undefined): Message {
  const message = visible(scene, id);
  if (!message.deleted) return message;
  throw invalid("Cannot change the message as it was deleted");
}

/** @throws {SandboxError} where something is refused */
export function refuse(refusal: Refusal | null): void {
  if (refusal !== null) throw invalid(refusal.message);
}

/** Something that a phone cannot do, said to whoever holds it. */
export function invalid(message: string): SandboxError {
  return new SandboxError("invalid", message);
}

/** What the messenger calls the message, whatever edits have added. */
export function firstId({ ids }: Message): NativeId {
  return NativeId.parse(ids[0]);
}
