/** What signal-cli tells of what came in, as far as we read it. Source: its JSON of 0.13.19 and 0.14.6. */
import { z } from "zod";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const count = z.number().nullish();

const TextStyle = z.looseObject({ style: z.string(), start: z.number(), length: z.number() });

/** `name` is a number where Signal knows no name. */
const Mention = z.looseObject({ uuid: text, start: z.number(), length: z.number() });

/** `size` is the sender's word. A download that failed has an id all the same. */
export const Attachment = z.looseObject({
  contentType: text,
  filename: text,
  id: text,
  size: count,
});
export type Attachment = z.infer<typeof Attachment>;

const Quote = z.looseObject({ id: z.number(), authorUuid: text });

const Reaction = z.looseObject({
  emoji: z.string(),
  targetAuthorUuid: text,
  targetSentTimestamp: z.number(),
  isRemove: flag,
});

const Card = z.looseObject({
  name: z.looseObject({ display: text, nickname: text, given: text, family: text }).nullish(),
  organization: text,
  phone: z.array(z.looseObject({ value: text })).nullish(),
});

/** A message, and whose it is. */
const Meant = z.looseObject({ targetAuthorUuid: text, targetSentTimestamp: z.number() });

const GroupInfo = z.looseObject({ groupId: z.string(), revision: count, type: text });

/** What somebody wrote, or did. */
export const DataMessage = z.looseObject({
  timestamp: z.number(),
  message: text,
  expiresInSeconds: count,
  isExpirationUpdate: flag,
  viewOnce: flag,
  textStyles: z.array(TextStyle).nullish(),
  mentions: z.array(Mention).nullish(),
  quote: Quote.nullish(),
  reaction: Reaction.nullish(),
  remoteDelete: z.looseObject({ timestamp: z.number() }).nullish(),
  /** An admin took away what another wrote (0.14). */
  adminDelete: Meant.nullish(),
  attachments: z.array(Attachment).nullish(),
  sticker: z.looseObject({ packId: z.string(), stickerId: z.number() }).nullish(),
  contacts: z.array(Card).nullish(),
  /** Polls: from 0.13.23 on. */
  pollCreate: z.looseObject({ question: z.string(), allowMultiple: flag, options: z.array(z.string()) })
    .nullish(),
  /** The whole choice. */
  pollVote: z.looseObject({
    authorUuid: text,
    targetSentTimestamp: z.number(),
    optionIndexes: z.array(z.number()),
  }).nullish(),
  pollTerminate: z.looseObject({ targetSentTimestamp: z.number() }).nullish(),
  /** From 0.14 on. */
  pinMessage: Meant.nullish(),
  unpinMessage: Meant.nullish(),
  payment: z.looseObject({}).nullish(),
  groupInfo: GroupInfo.nullish(),
});
export type DataMessage = z.infer<typeof DataMessage>;

const EditMessage = z.looseObject({ targetSentTimestamp: z.number(), dataMessage: DataMessage });
export type EditMessage = z.infer<typeof EditMessage>;

/** What our own phone sent. An edit stands beside fields that are empty. */
const SentMessage = DataMessage.partial().extend({ editMessage: EditMessage.nullish() });

/** One message as it came to us. */
export const Envelope = z.looseObject({
  sourceUuid: text,
  sourceName: text,
  timestamp: count,
  dataMessage: DataMessage.nullish(),
  editMessage: EditMessage.nullish(),
  syncMessage: z.looseObject({ sentMessage: SentMessage.nullish() }).nullish(),
});
export type Envelope = z.infer<typeof Envelope>;

/** What is handed out for one message. `exception`: it could not be read. */
export const Received = z.looseObject({
  account: text,
  envelope: Envelope,
  exception: z.looseObject({ type: text }).nullish(),
});
export type Received = z.infer<typeof Received>;

/** A line of the TCP socket. */
export const Notification = z.looseObject({ method: z.literal("receive"), params: z.looseObject({}) });

/** What a message says, whoever of the account's devices it came to. */
export interface Said {
  readonly data: DataMessage;
  /** When the message that it replaces was sent, ms since 1970. */
  readonly edits: number | null;
}

/** The words in an envelope, or null where there are none: receipts, typing, lists of contacts. */
export function saidIn({ dataMessage, editMessage, syncMessage }: Envelope): Said | null {
  if (dataMessage) return { data: dataMessage, edits: null };
  const sent = syncMessage?.sentMessage;
  const edit = editMessage ?? sent?.editMessage;
  if (edit) return { data: edit.dataMessage, edits: edit.targetSentTimestamp };
  const own = DataMessage.safeParse(sent);
  return own.success ? { data: own.data, edits: null } : null;
}
