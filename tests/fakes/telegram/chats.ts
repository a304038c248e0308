/** The fake's memory of one chat, and who may do what there. */
import type {
  Chat,
  ChatAdministratorRights,
  ChatMember,
  Message,
  MessageEntity,
  ReplyKeyboardMarkup,
  User,
} from "@grammyjs/types";
import type { FakeFile } from "./files.ts";
import type { FakeContact, FakePlace, FakePoll } from "./kinds.ts";

/** One message, as everybody in the chat sees it. */
export interface FakeMessage {
  readonly id: number;
  readonly from: User;
  readonly dateSeconds: number;
  text: string;
  entities: readonly MessageEntity[];
  readonly replyTo: number | null;
  /** User id → emoji. */
  readonly reactions: Map<number, readonly string[]>;
  edited: boolean;
  deleted: boolean;
  /** Its words are `text`. */
  readonly file?: FakeFile;
  /** The same for all files of one album. */
  readonly album?: string;
  readonly poll?: FakePoll;
  place?: FakePlace;
  readonly contact?: FakeContact;
  /** What else it is: dice, a story and so on, as the Bot API writes it. */
  readonly odd?: Partial<Message>;
  /** Nobody's phone rang. */
  readonly quiet?: boolean;
  readonly keyboard?: ReplyKeyboardMarkup;
}

/** An invite link. Each administrator has links of their own. */
export interface FakeLink {
  readonly url: string;
  readonly creator: User;
  readonly name: string | undefined;
  readonly primary: boolean;
  revoked: boolean;
}

/** A chat, private ones included. */
export interface FakeChat {
  readonly id: number;
  readonly type: "private" | "group" | "supergroup";
  title: string;
  description: string;
  /** JPEG. */
  photo: Uint8Array | null;
  /** After how many seconds messages go; 0: never. */
  timer: number;
  readonly members: Map<number, ChatMember>;
  readonly messages: Map<number, FakeMessage>;
  nextMessageId: number;
  readonly links: FakeLink[];
  /** Where it went on. */
  movedTo: number | null;
  /** The reactions that its administrators allow; null: all of them. */
  reactions: readonly string[] | null;
}

/** A new chat without members. */
export function emptyChat(id: number, type: FakeChat["type"], title: string): FakeChat {
  return {
    id,
    type,
    title,
    description: "",
    photo: null,
    timer: 0,
    members: new Map(),
    messages: new Map(),
    nextMessageId: 1,
    links: [],
    movedTo: null,
    reactions: null,
  };
}

/** The chat as updates and answers name it. */
export function chatObject(
  { id, type, title }: FakeChat,
): Chat.PrivateChat | Chat.GroupChat | Chat.SupergroupChat {
  return type === "private" ? { id, type, first_name: title } : { id, type, title };
}

/** All of an administrator's rights at once, or the ones that are named. */
export function rights(granted: Partial<ChatAdministratorRights> | boolean = true): ChatAdministratorRights {
  const all = typeof granted === "boolean" ? granted : false;
  return {
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: all,
    can_manage_video_chats: all,
    can_restrict_members: all,
    can_promote_members: all,
    can_change_info: all,
    can_invite_users: all,
    can_pin_messages: all,
    can_post_stories: all,
    can_edit_stories: all,
    can_delete_stories: all,
    can_send_welcome_messages: all,
    ...(typeof granted === "boolean" ? {} : granted),
  };
}

/** Somebody's standing in a chat. */
export function standing(
  user: User,
  status: "creator" | "administrator" | "member" | "left" | "kicked",
  granted: Partial<ChatAdministratorRights> | boolean = true,
): ChatMember {
  switch (status) {
    case "creator":
      return { status, user, is_anonymous: false };
    case "administrator":
      return { status, user, can_be_edited: false, ...rights(granted) };
    case "kicked":
      return { status, user, until_date: 0 };
    case "member":
    case "left":
      return { status, user };
    default:
      return status satisfies never;
  }
}

/** Somebody who is inside and may only read. */
export function muted(user: User): ChatMember {
  return {
    status: "restricted",
    user,
    is_member: true,
    can_send_messages: false,
    can_send_audios: false,
    can_send_documents: false,
    can_send_photos: false,
    can_send_videos: false,
    can_send_video_notes: false,
    can_send_voice_notes: false,
    can_send_polls: false,
    can_send_other_messages: false,
    can_add_web_page_previews: false,
    can_react_to_messages: false,
    can_edit_tag: false,
    can_change_info: false,
    can_invite_users: false,
    can_pin_messages: false,
    can_manage_topics: false,
    until_date: 0,
  };
}

/** Whether this standing is one inside of the chat. */
export function isInside(member: ChatMember | undefined): boolean {
  if (member === undefined || member.status === "left" || member.status === "kicked") return false;
  return member.status !== "restricted" || member.is_member;
}

/** Whether `member` may do what takes `right`. */
export function may(member: ChatMember | undefined, right: keyof ChatAdministratorRights): boolean {
  return member?.status === "creator" || (member?.status === "administrator" && member[right] === true);
}
