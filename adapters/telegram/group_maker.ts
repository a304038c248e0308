/** Who makes groups and hears of deletes, since bots cannot: a user account. Its one real implementation is `mtproto.ts`. */
import type { ChatId } from "../../actors/model/mod.ts";
import type { CallOptions } from "../../actors/ports/mod.ts";
import type { TelegramUser } from "./config.ts";

/** A supergroup that was just made. */
export interface MadeGroup {
  /** As the Bot API writes it: `-100…`. */
  readonly chat: ChatId;
  /** What its maker needs to find it again, also after a restart. Opaque to everybody else. */
  readonly handle: string;
}

/** Messages of one supergroup that are gone, by their numbers. */
export interface Gone {
  /** As the Bot API writes it. */
  readonly chat: ChatId;
  readonly messages: readonly number[];
}

/** Makes groups. Each call is one connection; all throw `DeliveryFailure` and nothing else. */
export interface GroupMaker {
  /** Makes an empty supergroup. Twice makes two. */
  create(
    spec: { readonly title: string; readonly description: string },
    options: CallOptions,
  ): Promise<MadeGroup>;
  /** Adds the bot and makes it an administrator with `BOT_RIGHTS`. Twice is once. */
  promote(handle: string, botUsername: string, options: CallOptions): Promise<void>;
  /** Leaves: a user account may be in 500 groups only. Twice is once. */
  leave(handle: string, options: CallOptions): Promise<void>;
  /**
   * Tells of messages that are gone from its supergroups, which no bot hears of, until `signal` aborts; who took them
   * away Telegram does not say. `open` is called once it hears. What is gone while nobody watches is never told.
   */
  watch?(heard: { open(): void; gone(gone: Gone): void }, options: CallOptions): Promise<void>;
}

/** Makes the maker for one user account. Performs no I/O. */
export type GroupMakerOf = (user: TelegramUser) => GroupMaker;
