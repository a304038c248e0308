/** Updates as Telegram writes them, for tests of what is made of them. */
import { decode } from "../../../../adapters/telegram/decode.ts";
import type { Decoded } from "../../../../adapters/telegram/decoded.ts";
import { WireUpdate } from "../../../../adapters/telegram/wire.ts";
import type { Event } from "../../../../actors/model/mod.ts";

export const BOT = { id: 7, is_bot: true, first_name: "Plenum", username: "plenum_bot" };
export const ADA = { id: 5, is_bot: false, first_name: "Ada", last_name: "Lovelace", username: "secret_ada" };
export const GROUP = { id: -100123, type: "supergroup", title: "Lake" };
export const HEAD = { message_id: 3, date: 1_700_000_000, chat: GROUP, from: ADA };

/** What is decoded of one update. */
export function decoded(update: object): Decoded[] {
  return decode(WireUpdate.parse({ update_id: 42, ...update }), {
    bot: BOT,
    text: (key) => key,
  });
}

/** The events of one update, as far as nothing has to be asked for them. */
export function events(update: object): Event[] {
  return decoded(update).flatMap((one) => "event" in one && one.event !== null ? [one.event] : []);
}

/** The events of one message. */
export function said(message: object): Event[] {
  return events({ message: { ...HEAD, ...message } });
}
