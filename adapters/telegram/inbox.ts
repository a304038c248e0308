/** From raw updates to durable events, by polling and by webhook alike. */
import type { ChatId, Event } from "../../actors/model/mod.ts";
import { type AdapterHost, RelayError } from "../../actors/ports/mod.ts";
import type { Adoption } from "./adoption.ts";
import type { CustomEmoji } from "./custom_emoji.ts";
import { decode, type Decoded } from "./decode.ts";
import type { Identity } from "./identity.ts";
import { WireUpdate } from "./wire.ts";

/** How many ids of joins, leaves and moves are remembered: Telegram tells of each twice, seconds apart. */
const RECENT_MAX = 1000;

/** What the inbox works with. */
export interface InboxDeps {
  readonly host: AdapterHost;
  readonly identity: Identity;
  readonly adoption: Adoption;
  readonly customEmoji: CustomEmoji;
}

/** Takes updates of one account. */
export class Inbox {
  readonly #deps: InboxDeps;
  readonly #recent = new Set<string>();
  #skipped = 0;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** How many updates could not be read, or not be taken. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * Resolves once everything that `updates` mean is durable. Within a chat one waits for the other, so that a refusal
   * cannot let a later message overtake an earlier one; chats do not wait for each other.
   * @throws what the core or Telegram refused, after every chat has come to its end: nothing may be confirmed then
   */
  async take(updates: readonly unknown[], signal: AbortSignal): Promise<void> {
    if (updates.length === 0) return;
    await this.#deps.identity.load(signal);
    const lanes = lanesOf(updates.flatMap((update) => this.#decoded(update)));
    const ends = await Promise.allSettled(
      lanes.map((lane) => this.#inOrder(lane, signal)),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** An update that cannot be read would come back for ever: it is counted and passed over. */
  #decoded(update: unknown): Decoded[] {
    const { identity: { id, username }, host } = this.#deps;
    try {
      return decode(WireUpdate.parse(update), { bot: { id, username }, text: (...of) => host.text(...of) });
    } catch {
      this.#skipped += 1;
      return [];
    }
  }

  async #inOrder(lane: readonly Decoded[], signal: AbortSignal): Promise<void> {
    for (const decoded of lane) {
      const event = await this.#eventOf(decoded, signal);
      if (event !== null) await this.#deliver(event);
    }
  }

  async #eventOf(decoded: Decoded, signal: AbortSignal): Promise<Event | null> {
    const { adoption, customEmoji } = this.#deps;
    switch (decoded.kind) {
      case "event":
        return decoded.event;
      case "reaction":
        return { ...decoded.event, emoji: await customEmoji.read(decoded.reactions, signal) };
      case "adopt":
        return await adoption.adopted(decoded, signal);
      case "start":
        await adoption.start(decoded.person, decoded.token, signal);
        return null;
      case "shared":
        return await adoption.shared(decoded, signal);
      default:
        return decoded satisfies never;
    }
  }

  async #deliver(event: Event): Promise<void> {
    if (this.#recent.has(event.id)) return;
    try {
      await this.#deps.host.deliver(event);
    } catch (error) {
      // What the core will never take must not keep everything after it at Telegram for ever.
      if (!(error instanceof RelayError) || error.code !== "invalid") throw error;
      this.#skipped += 1;
    }
    // Ids made of the update's own number come once.
    if (event.id.startsWith("u")) return;
    this.#recent.add(event.id);
    const [oldest] = this.#recent;
    if (this.#recent.size > RECENT_MAX && oldest !== undefined) this.#recent.delete(oldest);
  }
}

/** What has to go one after the other: each chat, and with it the supergroup that it becomes here. */
function lanesOf(all: readonly Decoded[]): Decoded[][] {
  const moves = new Map<string, ChatId>();
  for (const one of all) {
    if (one.kind === "event" && one.event.type === "chat-moved") moves.set(one.event.chat, one.event.to);
  }
  return [...Map.groupBy(all, (one) => moves.get(laneOf(one)) ?? laneOf(one)).values()];
}

function laneOf(decoded: Decoded): string {
  switch (decoded.kind) {
    case "event":
    case "reaction":
      return decoded.event.chat;
    case "adopt":
      return decoded.chat;
    case "start":
    case "shared":
      return decoded.person;
    default:
      return decoded satisfies never;
  }
}
