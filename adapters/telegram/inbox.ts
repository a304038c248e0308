/** From raw updates to durable events, by polling and by webhook alike. */
import type { ChatId, Event } from "../../actors/model/mod.ts";
import { type AdapterHost, RelayError } from "../../actors/ports/mod.ts";
import type { Adoption } from "./adoption.ts";
import type { CustomEmoji } from "./custom_emoji.ts";
import { decode } from "./decode.ts";
import type { Decoded } from "./decoded.ts";
import type { Identity } from "./identity.ts";
import type { LivePlaces } from "./live_places.ts";
import type { PollBook } from "./poll_book.ts";
import { Usernames } from "./usernames.ts";
import { WireUpdate } from "./wire.ts";

/** How many ids of joins, leaves and moves are remembered: Telegram tells of each twice, seconds apart. */
const RECENT_MAX = 1000;

/** What the inbox works with. */
export interface InboxDeps {
  readonly host: AdapterHost;
  readonly identity: Identity;
  readonly adoption: Adoption;
  readonly customEmoji: CustomEmoji;
  readonly polls: PollBook;
  readonly places: LivePlaces;
}

/** Takes updates of one account. */
export class Inbox {
  readonly #deps: InboxDeps;
  readonly #recent = new Set<string>();
  readonly #usernames = new Usernames();
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
    const { identity, polls } = this.#deps;
    await identity.load(signal);
    await polls.load();
    const decoded = updates.flatMap((update) => this.#decoded(update));
    // Before anything else: what is said of a poll has to find the chat that it stands in.
    for (const one of decoded) if (one.kind === "poll") await polls.remember(bookedOf(one));
    const lanes = lanesOf(decoded, (poll) => polls.find(poll)?.chat ?? poll);
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
      const read = WireUpdate.parse(update);
      this.#usernames.learn(read);
      return decode(read, { bot: { id, username }, text: (...of) => host.text(...of) });
    } catch {
      this.#skipped += 1;
      return [];
    }
  }

  async #inOrder(lane: readonly Decoded[], signal: AbortSignal): Promise<void> {
    for (const decoded of lane) {
      for (const event of await this.#eventsOf(decoded, signal)) await this.#deliver(event);
    }
  }

  async #eventsOf(decoded: Decoded, signal: AbortSignal): Promise<readonly Event[]> {
    const { adoption, customEmoji } = this.#deps;
    switch (decoded.kind) {
      case "event":
        return await this.#heard(decoded.event);
      case "reaction":
        return [{ ...decoded.event, emoji: await customEmoji.read(decoded.reactions, signal) }];
      case "adopt":
        return [await adoption.adopted(decoded, signal)].filter((event) => event !== null);
      case "start":
        await adoption.start(decoded.person, decoded.token, signal);
        return [];
      case "shared":
        return [await adoption.shared(decoded, signal)].filter((event) => event !== null);
      case "place":
        return await this.#placed(decoded);
      case "poll":
        return decoded.closed ? [decoded.event, ...this.#closed(decoded.poll)] : [decoded.event];
      case "vote":
        return this.#voted(decoded);
      case "poll-closed":
        return this.#closed(decoded.poll);
      default:
        return decoded satisfies never;
    }
  }

  /** Telegram tells of changes that nobody sees, too: only a place that moved can have come to its end. */
  async #heard(event: Event): Promise<readonly Event[]> {
    if (event.type !== "edit" || event.content.type !== "location") return [event];
    if (!("native" in event.target)) return [];
    return await this.#deps.places.ended(event.target.native) ? [event] : [];
  }

  async #placed({ event, place }: DecodedOf<"place">): Promise<readonly Event[]> {
    const { places } = this.#deps;
    await (event === null ? places.moved(place) : places.began(place));
    return event === null ? [] : [event];
  }

  /** A poll that we do not know is none that we sent, or one of long ago. */
  #voted({ id, poll, author, options }: DecodedOf<"vote">): readonly Event[] {
    const { polls, host } = this.#deps;
    const known = polls.find(poll);
    if (known === null) return [];
    const target = { native: known.native };
    // Telegram does not date votes.
    return [{ id, chat: known.chat, at: host.now(), type: "vote", author, target, options }];
  }

  /** Our own are ended by nobody but us. */
  #closed(poll: string): readonly Event[] {
    const { polls, host } = this.#deps;
    const known = polls.find(poll);
    if (known === null || known.ours) return [];
    const target = { native: known.native };
    return [{ id: `poll-closed:${poll}`, chat: known.chat, at: host.now(), type: "poll-closed", target }];
  }

  async #deliver(event: Event): Promise<void> {
    if (this.#recent.has(event.id)) return;
    try {
      await this.#deps.host.deliver(this.#usernames.named(event));
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

type DecodedOf<Kind extends Decoded["kind"]> = Extract<Decoded, { kind: Kind }>;

function bookedOf({ poll, native, event: { chat } }: DecodedOf<"poll">): Parameters<PollBook["remember"]>[0] {
  return { poll, native, chat, ours: false };
}

/** What has to go one after the other: each chat, and with it the supergroup that it becomes here. */
function lanesOf(all: readonly Decoded[], chatOfPoll: (poll: string) => string): Decoded[][] {
  const moves = new Map<string, ChatId>();
  for (const one of all) {
    if (one.kind === "event" && one.event.type === "chat-moved") moves.set(one.event.chat, one.event.to);
  }
  const lane = (one: Decoded): string => laneOf(one, chatOfPoll);
  return [...Map.groupBy(all, (one) => moves.get(lane(one)) ?? lane(one)).values()];
}

function laneOf(decoded: Decoded, chatOfPoll: (poll: string) => string): string {
  switch (decoded.kind) {
    case "event":
    case "reaction":
    case "poll":
      return decoded.event.chat;
    case "place":
      return decoded.place.chat;
    case "vote":
    case "poll-closed":
      return chatOfPoll(decoded.poll);
    case "adopt":
      return decoded.chat;
    case "start":
    case "shared":
      return decoded.person;
    default:
      return decoded satisfies never;
  }
}
