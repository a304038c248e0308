/** What the bot asks to be allowed in a group, and what of it a bridge cannot do without. */
import type { ChatAdministratorRights } from "@grammyjs/types";
import type { WireMember } from "./wire.ts";

/** All that is asked for. A person who grants less still gets a bridge, as long as `isReady` holds. */
export const BOT_RIGHTS: ChatAdministratorRights = {
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: false,
  can_restrict_members: true,
  can_promote_members: false,
  can_change_info: true,
  can_invite_users: true,
  can_pin_messages: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_manage_tags: false,
  can_send_welcome_messages: false,
};

/** A person can only grant what they may do themselves, and needs the right to grant at all. */
export const USER_RIGHTS: ChatAdministratorRights = { ...BOT_RIGHTS, can_promote_members: true };

/** The same as the `admin` parameter of a deep link. */
export const LINK_RIGHTS =
  "change_info+delete_messages+restrict_members+invite_users+pin_messages+manage_chat";

/**
 * Whether a bridge can work: the title needs `can_change_info`, the link `can_invite_users`, and only
 * administrators hear of joins and reactions. Own messages can be deleted without any right.
 */
export function isReady({ status, can_change_info, can_invite_users }: WireMember): boolean {
  return status === "administrator" && can_change_info === true && can_invite_users === true;
}

/** Whether somebody of this standing is in the chat. */
export function isIn({ status, is_member }: WireMember): boolean {
  if (status === "restricted") return is_member === true;
  return status === "creator" || status === "administrator" || status === "member";
}
