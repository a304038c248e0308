/** Custom emoji are pictures of Telegram's own; each stands for an emoji that everybody has. */
import type { Api } from "grammy";
import { isDeliveryFailure } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import { callSignal } from "./signal.ts";
import type { WireReaction } from "./wire.ts";

/** How many are remembered. */
const KNOWN_MAX = 1000;
/** What a reaction paid with stars looks like. */
const PAID = "⭐";

type Reactions = WireReaction["new_reaction"];

/** Knows what custom emoji stand for. */
export class CustomEmoji {
  readonly #api: Api;
  readonly #known = new Map<string, string>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** `reactions` as emoji, in their order. One that Telegram cannot tell is left out: it never holds what follows. */
  async read(reactions: Reactions, signal: AbortSignal): Promise<string[]> {
    const unknown = reactions.flatMap(({ custom_emoji_id: id }) =>
      id === undefined || this.#known.has(id) ? [] : [id]
    );
    if (unknown.length > 0) await this.#learn(unknown, signal);
    return reactions.map((one) => this.#emojiOf(one)).filter((emoji) => emoji !== "");
  }

  #emojiOf({ type, emoji = "", custom_emoji_id: id = "" }: Reactions[number]): string {
    if (type === "paid") return PAID;
    return type === "custom_emoji" ? this.#known.get(id) ?? "" : emoji;
  }

  async #learn(ids: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      const asking = this.#api.getCustomEmojiStickers([...ids], callSignal(signal));
      const stickers = await asked(asking, { repeatable: true });
      for (const { custom_emoji_id: id, emoji } of stickers) {
        if (id !== undefined && emoji !== undefined) this.#known.set(id, emoji);
      }
    } catch (error) {
      if (!isDeliveryFailure(error)) throw error;
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= KNOWN_MAX) return;
      this.#known.delete(id);
    }
  }
}
