/**
 * The part of Telegram's updates that we read, checked where it comes in. Loose on purpose: Telegram adds fields
 * and kinds every few weeks, and a new one must not cost us the message.
 */
import { z } from "zod";

const Id = z.number().int();
const Seconds = z.number();
const Text = z.string();

export const WireEntity = z.looseObject({
  type: Text,
  offset: z.number().int(),
  length: z.number().int(),
  url: Text.optional(),
  language: Text.optional(),
  /** Of a `text_mention`. */
  user: z.looseObject({ id: Id }).optional(),
});
/** Only what we read: Telegram's own types fit too. */
export type WireEntity =
  & Pick<z.infer<typeof WireEntity>, "type" | "offset" | "length" | "url" | "language">
  & { readonly user?: { readonly id: number } | undefined };

export const WireUser = z.looseObject({
  id: Id,
  is_bot: z.boolean(),
  first_name: Text,
  last_name: Text.optional(),
  /** For mentions alone: it would let anybody find them. */
  username: Text.optional(),
});
export type WireUser = z.infer<typeof WireUser>;

export const WireChat = z.looseObject({ id: Id, type: Text, title: Text.optional() });
export type WireChat = z.infer<typeof WireChat>;

const File = z.looseObject({
  file_id: Text,
  file_size: z.number().optional(),
  mime_type: Text.optional(),
  file_name: Text.optional(),
  /** Seconds. */
  duration: z.number().optional(),
  /** Of a sticker, as its two kinds that move. */
  emoji: Text.optional(),
  is_animated: z.boolean().optional(),
  is_video: z.boolean().optional(),
});
/** Any file of a message. */
export type WireFile = z.infer<typeof File>;

const Place = z.looseObject({
  latitude: z.number(),
  longitude: z.number(),
  /** Seconds that it moves for, from when the message was sent; absent once that is over. */
  live_period: z.number().optional(),
});
const Poll = z.looseObject({
  id: Text,
  question: Text,
  /** Words below the question, in messages only. */
  description: Text.optional(),
  options: z.array(z.looseObject({ text: Text })),
  is_closed: z.boolean().default(false),
  allows_multiple_answers: z.boolean().default(false),
});
const Something = z.looseObject({});

const media = {
  photo: z.array(File).optional(),
  video: File.optional(),
  animation: File.optional(),
  audio: File.optional(),
  voice: File.optional(),
  video_note: File.optional(),
  document: File.optional(),
  sticker: File.optional(),
};

const contents = {
  text: Text.optional(),
  entities: z.array(WireEntity).optional(),
  caption: Text.optional(),
  caption_entities: z.array(WireEntity).optional(),
  location: Place.optional(),
  venue: z.looseObject({ location: Place, title: Text, address: Text.default("") }).optional(),
  contact: z.looseObject({ first_name: Text, last_name: Text.optional(), phone_number: Text.default("") })
    .optional(),
  poll: Poll.optional(),
  dice: z.looseObject({ emoji: Text, value: z.number() }).optional(),
  story: Something.optional(),
  checklist: z.looseObject({
    title: Text,
    tasks: z.array(z.looseObject({ text: Text, completion_date: z.number().optional() })).default([]),
  }).optional(),
  game: z.looseObject({ title: Text }).optional(),
  paid_media: Something.optional(),
  rich_message: z.unknown().optional(),
  invoice: z.looseObject({ title: Text }).optional(),
  giveaway: Something.optional(),
  giveaway_winners: Something.optional(),
};

const service = {
  new_chat_members: z.array(WireUser).optional(),
  left_chat_member: WireUser.optional(),
  new_chat_title: Text.optional(),
  new_chat_photo: z.array(File).optional(),
  delete_chat_photo: z.boolean().optional(),
  pinned_message: z.looseObject({ message_id: Id }).optional(),
  message_auto_delete_timer_changed: z.looseObject({ message_auto_delete_time: z.number() }).optional(),
  migrate_to_chat_id: Id.optional(),
  migrate_from_chat_id: Id.optional(),
  chat_shared: z.looseObject({ request_id: Id, chat_id: Id }).optional(),
};

export const WireMessage = z.looseObject({
  message_id: Id,
  date: Seconds,
  edit_date: Seconds.optional(),
  chat: WireChat,
  from: WireUser.optional(),
  sender_chat: WireChat.optional(),
  via_bot: WireUser.optional(),
  /** Of an ephemeral message: the one who sees it. */
  receiver_user: WireUser.optional(),
  reply_to_message: z.looseObject({
    message_id: Id,
    chat: WireChat.optional(),
    forum_topic_created: z.unknown().optional(),
  }).optional(),
  /** The same for all files of an album. */
  media_group_id: Text.optional(),
  ...media,
  ...contents,
  ...service,
});
export type WireMessage = z.infer<typeof WireMessage>;

/** One person's (or our) standing in a chat. */
export const WireMember = z.looseObject({
  status: Text,
  user: WireUser,
  is_member: z.boolean().optional(),
  can_change_info: z.boolean().optional(),
  can_invite_users: z.boolean().optional(),
});
export type WireMember = z.infer<typeof WireMember>;

const MemberChange = z.looseObject({
  chat: WireChat,
  from: WireUser,
  date: Seconds,
  old_chat_member: WireMember,
  new_chat_member: WireMember,
});
export type WireMemberChange = z.infer<typeof MemberChange>;

const Reaction = z.looseObject({
  chat: WireChat,
  message_id: Id,
  user: WireUser.optional(),
  /** Instead of a user, where somebody acts as the group or as their channel. */
  actor_chat: WireChat.optional(),
  date: Seconds,
  new_reaction: z.array(
    z.looseObject({ type: Text, emoji: Text.optional(), custom_emoji_id: Text.optional() }),
  ),
});
export type WireReaction = z.infer<typeof Reaction>;

const PollAnswer = z.looseObject({
  poll_id: Text,
  user: WireUser.optional(),
  /** Instead of a user, where somebody votes as a channel. */
  voter_chat: WireChat.optional(),
  option_ids: z.array(z.number().int().nonnegative()),
});
export type WirePollAnswer = z.infer<typeof PollAnswer>;

/** One update. Kinds that are not listed here are none of ours. */
export const WireUpdate = z.looseObject({
  update_id: Id,
  message: WireMessage.optional(),
  edited_message: WireMessage.optional(),
  message_reaction: Reaction.optional(),
  chat_member: MemberChange.optional(),
  my_chat_member: MemberChange.optional(),
  /** A poll's new state: of ours, or of anybody's once it is closed. It does not say in which message it stands. */
  poll: Poll.optional(),
  poll_answer: PollAnswer.optional(),
});
export type WireUpdate = z.infer<typeof WireUpdate>;

/** The only part of an update that has to be readable for the next one to be asked for. */
export const UpdateHead = z.looseObject({ update_id: Id });
