/** Mail: what lies in a group's mailbox. An Event from a messenger, a Command from the API, or a Fact from a Lane. */
import { z } from "zod";
import { Event, WebAction } from "./event.ts";
import { Consent, Locale, Mode } from "./group.ts";
import { AccountId, ChatId, MemberId, MessageId, Messenger, UserId } from "./ids.ts";

/** How a bridge comes to be: by us, by a person who brings our account in, or not at all for now. */
export const BridgePlan = z.object({
  messenger: Messenger,
  account: AccountId.nullable(),
  method: z.enum(["create", "adopt", "none"]),
  token: z.string().optional(),
  action: z.object({ kind: z.string(), url: z.string().optional(), text: z.string() }).optional(),
  hidden: z.boolean().optional(),
});
export type BridgePlan = z.infer<typeof BridgePlan>;

/** Commands: what the API asks of a group. Everything random in them was drawn before they were stored. */
export const Command = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("create"),
    title: z.string(),
    owner: z.object({ id: UserId, name: z.string() }),
    locale: Locale,
    mode: Mode,
    inviteCode: z.string(),
    consent: Consent,
    plans: z.array(BridgePlan),
  }),
  z.object({ type: z.literal("title"), title: z.string() }),
  z.object({ type: z.literal("end") }),
  z.object({ type: z.literal("add-bridge"), plan: BridgePlan }),
  z.object({ type: z.literal("remove-bridge"), messenger: Messenger }),
  z.object({ type: z.literal("rotate"), inviteCode: z.string() }),
  z.object({
    type: z.literal("guest"),
    name: z.string(),
    guest: z.string(),
    tokenHash: z.string(),
    consent: Consent,
  }),
  z.object({ type: z.literal("web"), action: WebAction }),
  z.object({ type: z.literal("moderate"), member: MemberId, action: z.enum(["remove", "mute", "unmute"]) }),
]);
export type Command = z.infer<typeof Command>;

/** What a Lane learned about its bridge while it worked. */
export const BridgeFact = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("bridge-ready"),
    messenger: Messenger,
    chat: ChatId,
    inviteUrl: z.string().nullable(),
  }),
  z.object({ type: z.literal("bridge-invite"), messenger: Messenger, inviteUrl: z.string().nullable() }),
  z.object({ type: z.literal("bridge-failed"), messenger: Messenger, reason: z.string() }),
  z.object({ type: z.literal("bridge-moved"), messenger: Messenger, chat: ChatId }),
  /** Our account has left `chat`, as it was told to; null where there was none. */
  z.object({ type: z.literal("bridge-left"), messenger: Messenger, chat: ChatId.nullable() }),
]);
export type BridgeFact = z.infer<typeof BridgeFact>;

/** What became of a message. */
export const MessageFact = z.discriminatedUnion("type", [
  /** It has not come to these messengers for a while; none: it has, or never will. */
  z.object({ type: z.literal("late"), message: MessageId, messengers: z.array(Messenger) }),
  /** It was to disappear after `seconds`, and they are over. */
  z.object({ type: z.literal("faded"), message: MessageId, seconds: z.number() }),
  /** It will never come to this one; `reason` as in dead letters. */
  z.object({ type: z.literal("unsent"), message: MessageId, messenger: Messenger, reason: z.string() }),
]);
export type MessageFact = z.infer<typeof MessageFact>;

/** Facts: what was learned while ops were sent. */
export const Fact = z.union([BridgeFact, MessageFact]);
export type Fact = z.infer<typeof Fact>;

export const Mail = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("event"), messenger: Messenger, event: Event }),
  z.object({ kind: z.literal("command"), command: Command }),
  z.object({ kind: z.literal("fact"), fact: Fact }),
]);
export type Mail = z.infer<typeof Mail>;
