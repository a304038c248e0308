/** Who did something, as the others may know them. Pure. */
import { NativeId, type Person } from "../../actors/model/mod.ts";
import type { WireChat, WireMessage, WirePollAnswer, WireReaction, WireUser } from "./wire.ts";

const NAME_MAX = 200;

/** Who wrote it, or null where it is nobody whose words are to be relayed. */
export function authorOf(message: WireMessage, botId: number): Person | null {
  // Somebody else's inline bot is only a way to write; ours would be an echo.
  if (message.via_bot?.id === botId) return null;
  return behind(message.from, message.sender_chat);
}

/** Who reacted, or null where it is nobody whose reactions are to be relayed. */
export function reactorOf({ user, actor_chat: chat }: WireReaction): Person | null {
  return behind(user, chat);
}

/** Who voted, or null where it is nobody whose votes count. */
export function voterOf(
  { user, voter_chat: chat }: Pick<WirePollAnswer, "user" | "voter_chat">,
): Person | null {
  return behind(user, chat);
}

/** Never the username: it would let anybody find them. */
export function personOf(user: WireUser): Person {
  const name = [user.first_name, user.last_name ?? ""].join(" ").trim();
  return { native: NativeId.parse(String(user.id)), name: name.slice(0, NAME_MAX) };
}

/**
 * An administrator who hides behind the group, somebody who writes as their channel, or the channel that the group
 * belongs to: to the others they are who Telegram shows them as. Other bots are nobody: two that answered each other
 * would never stop.
 */
function behind(user: WireUser | undefined, chat: WireChat | undefined): Person | null {
  if (chat !== undefined) {
    return { native: NativeId.parse(String(chat.id)), name: (chat.title ?? "").slice(0, NAME_MAX) };
  }
  return user === undefined || user.is_bot ? null : personOf(user);
}
