/**
 * signal-cli's calls: what they take and what they answer. signal-cli ignores parameters that it does not know, so a
 * typing error would do half of what was meant and say nothing: every call is checked here before it goes out.
 * Source: signal-cli-jsonrpc(5) and what 0.13.19 and its tests showed.
 */
import { z } from "zod";

/** Group, as base64 of 32 bytes. */
const groupId = z.base64().length(44);
const aci = z.uuid();
const timestamp = z.number().int().positive();
/** `start:length:STYLE`, UTF-16. */
const textStyle = z.array(z.string().regex(/^\d+:\d+:(BOLD|ITALIC|SPOILER|STRIKETHROUGH|MONOSPACE)$/));
/** `start:length:aci`, UTF-16. */
const mention = z.array(z.string().regex(/^\d+:\d+:[0-9a-f-]{36}$/));

/** What each call takes, `account` aside. */
export const PARAMS = {
  version: z.strictObject({}),
  listAccounts: z.strictObject({}),
  startLink: z.strictObject({}),
  finishLink: z.strictObject({ deviceLinkUri: z.string(), deviceName: z.string() }),
  register: z.strictObject({ captcha: z.string().optional(), voice: z.boolean().optional() }),
  verify: z.strictObject({ verificationCode: z.string(), pin: z.string().optional() }),
  unregister: z.strictObject({}),
  updateProfile: z.strictObject({ givenName: z.string().optional(), avatar: z.string().optional() }),
  listContacts: z.strictObject({ recipient: z.array(z.string()), allRecipients: z.boolean() }),
  listGroups: z.strictObject({ groupId: z.array(groupId).optional() }),
  updateGroup: z.strictObject({
    groupId: groupId.optional(),
    name: z.string().optional(),
    description: z.string().optional(),
    /** A path or a data URI. */
    avatar: z.string().optional(),
    link: z.enum(["enabled", "enabled-with-approval", "disabled"]).optional(),
    resetLink: z.boolean().optional(),
    /** Seconds; 0: never. */
    expiration: z.number().int().nonnegative().optional(),
    member: z.array(aci).optional(),
    removeMember: z.array(aci).optional(),
  }),
  quitGroup: z.strictObject({
    // Also those of the old kind, which are 16 bytes: we never stay in one.
    groupId: z.base64(),
    delete: z.boolean(),
    admin: z.array(aci).optional(),
  }),
  send: z.strictObject({
    groupId,
    message: z.string(),
    textStyle: textStyle.optional(),
    mention: mention.optional(),
    attachment: z.array(z.string()).optional(),
    quoteTimestamp: timestamp.optional(),
    quoteAuthor: aci.optional(),
    quoteMessage: z.string().optional(),
    editTimestamp: timestamp.optional(),
    /** From 0.14.2 on. */
    voiceNote: z.boolean().optional(),
    /** From 0.14.0 on. */
    noUrgent: z.boolean().optional(),
  }),
  sendReaction: z.strictObject({
    groupId,
    emoji: z.string(),
    targetAuthor: aci,
    targetTimestamp: timestamp,
    remove: z.boolean(),
  }),
  remoteDelete: z.strictObject({ groupId, targetTimestamp: timestamp }),
  /** From 0.13.23 on, as is the end of a poll. */
  sendPollCreate: z.strictObject({
    groupId,
    question: z.string(),
    option: z.array(z.string()),
    noMulti: z.boolean(),
  }),
  sendPollTerminate: z.strictObject({ groupId, pollTimestamp: timestamp }),
  getAttachment: z.strictObject({ id: z.string(), groupId: groupId.optional() }),
  getSticker: z.strictObject({ packId: z.string(), stickerId: z.number().int() }),
  getAvatar: z.strictObject({ groupId }),
  trust: z.strictObject({ recipient: z.string(), trustAllKnownKeys: z.boolean() }),
  submitRateLimitChallenge: z.strictObject({ challenge: z.string(), captcha: z.string() }),
} as const;

/** The names of the calls. */
export type Method = keyof typeof PARAMS;
/** What a call takes, `account` aside. */
export type Params<M extends Method> = z.input<typeof PARAMS[M]>;

/** What became of a message for one recipient. */
export const SendResult = z.looseObject({
  type: z.string(),
  recipientAddress: z.looseObject({ uuid: z.string().nullish(), number: z.string().nullish() }).nullish(),
  /** Present where Signal wants to see a captcha solved. */
  token: z.string().nullish(),
  retryAfterSeconds: z.number().nullish(),
});
export type SendResult = z.infer<typeof SendResult>;

/** The answer to whatever sends. */
export const Sent = z.looseObject({ timestamp: z.number(), results: z.array(SendResult).nullish() });
export type Sent = z.infer<typeof Sent>;

const Address = z.looseObject({ uuid: z.string().nullish(), number: z.string().nullish() });

/** One group, as `listGroups` has it. */
export const Group = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  isMember: z.boolean(),
  messageExpirationTime: z.number().nullish(),
  members: z.array(Address),
  requestingMembers: z.array(Address).nullish(),
  admins: z.array(Address).nullish(),
  groupInviteLink: z.string().nullish(),
});
export type Group = z.infer<typeof Group>;

const Name = z.string().nullish();

/** One person, as `listContacts` has them. `name` and the names beside it are the operator's address book. */
export const Contact = z.looseObject({
  number: z.string().nullish(),
  uuid: z.string().nullish(),
  profile: z.looseObject({ givenName: Name, familyName: Name }).nullish(),
});
export type Contact = z.infer<typeof Contact>;

const Nothing = z.unknown().optional();

/** What each call answers. */
export const RESULTS = {
  version: z.looseObject({ version: z.string() }),
  listAccounts: z.array(z.looseObject({ number: z.string() })),
  startLink: z.looseObject({ deviceLinkUri: z.string() }),
  finishLink: z.looseObject({ number: z.string() }),
  register: Nothing,
  verify: Nothing,
  unregister: Nothing,
  updateProfile: Nothing,
  listContacts: z.array(Contact),
  listGroups: z.array(Group),
  /** `groupId` only where one was made. */
  updateGroup: z.looseObject({ groupId: z.string().nullish() }),
  quitGroup: Nothing,
  send: Sent,
  sendReaction: Sent,
  remoteDelete: Sent,
  sendPollCreate: Sent,
  sendPollTerminate: Sent,
  getAttachment: z.looseObject({ data: z.string() }),
  getSticker: z.looseObject({ data: z.string() }),
  getAvatar: z.looseObject({ data: z.string() }),
  trust: Nothing,
  submitRateLimitChallenge: Nothing,
} as const satisfies Record<Method, z.ZodType>;

/** What a call answers. */
export type Result<M extends Method> = z.output<typeof RESULTS[M]>;
