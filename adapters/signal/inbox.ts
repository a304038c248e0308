/** From what signal-cli hands out to durable events. */
import { ChatId, type Event, NativeId, type Person } from "../../actors/model/mod.ts";
import type { AdapterHost } from "../../actors/ports/mod.ts";
import { deliverDurably } from "../shared/deliver.ts";
import { pause } from "../shared/reconnect.ts";
import type { Line } from "./connection.ts";
import { decodeSaid, eventId } from "./decode.ts";
import type { Edits } from "./edits.ts";
import type { Fading } from "./fading.ts";
import { iconSum } from "./icons.ts";
import { changesOf, type Groups, type NameOf, type Telling } from "./groups.ts";
import { messageId } from "./ids.ts";
import { wholeText } from "./long_text.ts";
import { meansOurs, namesOf } from "./meant.ts";
import type { InHand } from "./in_hand.ts";
import type { People } from "./people.ts";
import type { Group } from "./requests.ts";
import type { GroupRow } from "./session_rows.ts";
import { Received, type Said, saidIn } from "./wire.ts";

/** Until something is asked for again, where nobody named a time, ms. */
const BUSY_MS = 1_000;
/** Tries of a question to signal-cli, before a message is taken without the answer. */
const TRIES = 3;
/** What is remembered of messages and members, entries each. */
const SEEN_MAX = 4_000;
/** Between two words about what somebody's phone and signal-cli cannot agree on, ms. */
const TOLD_MS = 600_000;
const SELF = /SelfSend/;
/**
 * It came before. signal-cli forgets the key of a message before it hands it out: one that was in between when it was
 * killed is said to have come before, although nobody has seen it.
 */
const TWICE = /Duplicate/;

/** What the inbox works with. */
export interface InboxDeps {
  readonly host: AdapterHost;
  readonly groups: Groups;
  readonly edits: Edits;
  readonly fading: Fading;
  readonly people: People;
  readonly inHand: InHand;
  /** Whether we sent it ourselves. */
  readonly isOurs: (timestamp: number) => boolean;
  /** Resolves when the sends that are under way have ended. */
  readonly sendsSettled: (signal: AbortSignal) => Promise<void>;
}

/** What is known of a change besides what the group is now. */
type Change = Pick<Telling, "revision" | "by">;

interface Around {
  readonly line: Line;
  readonly signal: AbortSignal;
}

/** Takes what comes to one account. */
export class Inbox {
  readonly #deps: InboxDeps;
  #skipped = 0;
  #unread = 0;
  /** When they were sent, ms since 1970. */
  readonly #seen = new Set<number>();
  /** Who left which group. */
  readonly #left = new Set<string>();
  readonly #toldAt = new Map<string, number>();

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** What could not be understood, or not be taken. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Messages that signal-cli could not decrypt. */
  get unread(): number {
    return this.#unread;
  }

  /** Whether what was sent at that time, ms since 1970, was handed out lately. */
  saw(sentAt: number): boolean {
    return this.#seen.has(sentAt);
  }

  /** Resolves once all that the message means is durable. @throws only where `signal` aborts */
  async take(line: Line, handedOut: unknown, signal: AbortSignal): Promise<void> {
    const { data: received } = Received.safeParse(handedOut);
    if (received === undefined) {
      this.#skipped += 1;
      return;
    }
    if (received.account && received.account !== line.number) return;
    await this.#taken(received, { line, signal });
    await this.#deps.inHand.over(received.envelope.timestamp);
  }

  async #taken(received: Received, around: Around): Promise<void> {
    if (received.exception) return await this.#unreadable(received, around);
    this.#see(received.envelope.timestamp);
    const said = saidIn(received.envelope);
    const author = received.envelope.sourceUuid;
    const chat = said?.data.groupInfo?.groupId;
    if (said === null || !author || !chat) return;
    const row = await this.#deps.groups.row(ChatId.parse(chat));
    if (row !== null) await this.#inGroup({ said, author, chat: ChatId.parse(chat), row }, around);
  }

  /** Looks whether the group is as it was told of last, and tells what is not. */
  refresh(chat: ChatId, around: Around, change: Change = {}): Promise<Group | null> {
    return this.#deps.groups.turns.take(() => this.#refresh(chat, around, change));
  }

  async #refresh(chat: ChatId, around: Around, change: Change): Promise<Group | null> {
    const row = await this.#deps.groups.row(chat);
    const group = row === null ? null : await this.#ask(chat, around);
    if (row === null || group === null) return null;
    const { line: { me }, signal } = around;
    const telling = { me, nameOf: this.#nameOf(around), now: this.#deps.host.now(), ...change };
    const looked = row.icon === undefined || (change.revision ?? 0) > row.revision;
    const icon = looked ? await iconSum(around.line.rpc, chat, signal) : undefined;
    const told = await changesOf(row, group, icon === undefined ? telling : { ...telling, icon });
    for (const event of told.events) {
      await this.deliver(event, signal);
      if (event.type === "leave") remember(this.#left, `${chat} ${event.person.native}`);
    }
    await this.#deps.groups.keep(chat, told.row);
    return group;
  }

  async #inGroup(
    { said, author, chat, row }: {
      readonly said: Said;
      readonly author: string;
      readonly chat: ChatId;
      readonly row: GroupRow;
    },
    around: Around,
  ): Promise<void> {
    const { groupInfo, timestamp } = said.data;
    const { me } = around.line;
    // Who wrote is a member before they are heard.
    const revision = groupInfo?.revision ?? 0;
    const stranger = author !== me && !row.members.includes(author);
    if (revision > row.revision || stranger) {
      // Whoever left may have been told of before their own word of it comes.
      const by = this.#left.has(`${chat} ${author}`) ? {} : { by: author };
      await this.refresh(chat, around, { revision, ...by });
    }
    if (author === me && this.#deps.isOurs(timestamp)) return;
    const whole = { ...said, data: await wholeText(said.data, around.line.rpc, around.signal) };
    const events = await this.#decoded(whole, { author, chat }, around);
    const expires = said.data.expiresInSeconds ?? 0;
    const { timer = 0 } = await this.#deps.groups.row(chat) ?? row;
    // The group itself takes away what lives as long as all of its messages.
    const sooner = expires > 0 && (timer === 0 || expires < timer);
    if (sooner && events.some(({ type }) => type === "message")) {
      // Before anybody has it: whoever is killed in between must not let it stand for ever.
      const atMs = this.#deps.host.now() + expires * 1_000;
      await this.#deps.fading.add(chat, { native: messageId({ author, timestamp }), author, atMs });
    }
    for (const event of events) {
      await this.deliver(event, around.signal);
    }
    const parts = events.filter(({ type }) => type === "message").length;
    await this.#remember(said, { author, chat, parts });
  }

  async #decoded(
    said: Said,
    { author, chat }: { readonly author: string; readonly chat: ChatId },
    around: Around,
  ): Promise<readonly Event[]> {
    const { groups, edits, host } = this.#deps;
    const admins = (await groups.row(chat))?.admins ?? [];
    const name = await this.#nameOf(around)(author);
    const person: Person = { native: NativeId.parse(author), name, admin: admins.includes(author) };
    const { me } = around.line;
    if (meansOurs(said, me, this.#deps.isOurs)) await this.#deps.sendsSettled(around.signal);
    const { first, files } = await namesOf(said, { author, chat, edits });
    try {
      const text = (key: string, values?: Readonly<Record<string, string>>): string => host.text(key, values);
      return decodeSaid(said, { me, author: person, chat, first, files, text });
    } catch {
      // It would come back for ever.
      this.#skipped += 1;
      return [];
    }
  }

  /** What later messages have to know of this one. `parts`: how many messages it became. */
  async #remember(
    { data: { timestamp }, edits: edited }: Said,
    { author, chat, parts }: { readonly author: string; readonly chat: ChatId; readonly parts: number },
  ): Promise<void> {
    const { edits } = this.#deps;
    const native = messageId({ author, timestamp });
    if (edited !== null) {
      const target = await edits.first(chat, messageId({ author, timestamp: edited }));
      return await edits.add(chat, target, timestamp);
    }
    if (parts > 1) await edits.addAlbum(chat, native, parts);
  }

  /** Something came that signal-cli could not read. Which group it was for nobody knows: its author's are told. */
  async #unreadable({ envelope, exception }: Received, around: Around): Promise<void> {
    const { sourceUuid: author, timestamp } = envelope;
    const kind = exception?.type ?? "";
    if (SELF.test(kind) || !author || author === around.line.me) return;
    if (TWICE.test(kind) ? this.#seen.has(timestamp ?? 0) : this.#toldLately(author)) return;
    this.#unread += 1;
    this.#see(timestamp);
    const at = timestamp ?? this.#deps.host.now();
    const person = { native: NativeId.parse(author), name: await this.#nameOf(around)(author) };
    for (const chat of await this.#deps.groups.all()) {
      const row = await this.#deps.groups.row(chat);
      if (!row?.members.includes(author)) continue;
      const id = eventId(author, at, chat, ":unread");
      await this.deliver({ id, chat, at, type: "note", note: "unreadable", author: person }, around.signal);
    }
  }

  /** Tells that what signal-cli had in hand when it was killed did not come. */
  async missed(signal: AbortSignal): Promise<void> {
    for (const at of this.#deps.inHand.waiting) {
      this.#unread += 1;
      for (const chat of await this.#deps.groups.all()) {
        const members = (await this.#deps.groups.row(chat))?.members ?? [];
        if (members.length < 2) continue;
        await this.deliver({ id: `${at}:${chat}:missed`, chat, at, type: "note", note: "missed" }, signal);
      }
      await this.#deps.inHand.over(at);
    }
  }

  #see(timestamp: number | null | undefined): void {
    if (timestamp) remember(this.#seen, timestamp);
  }

  #toldLately(author: string): boolean {
    const now = this.#deps.host.now();
    for (const [who, at] of this.#toldAt) if (now >= at + TOLD_MS) this.#toldAt.delete(who);
    if (this.#toldAt.has(author)) return true;
    this.#toldAt.set(author, now);
    return false;
  }

  #nameOf({ line: { rpc } }: Around): NameOf {
    return (aci) => this.#deps.people.nameOf(rpc, aci);
  }

  /** The group as it is now, or null where it cannot be asked for: the next message asks again. */
  async #ask(chat: ChatId, { line: { rpc }, signal }: Around): Promise<Group | null> {
    for (let tries = 0; tries < TRIES && !signal.aborted; tries += 1) {
      try {
        const groups = await rpc.call("listGroups", { groupId: [chat] }, { signal });
        return groups.find(({ id }) => id === chat) ?? null;
      } catch {
        await pause(BUSY_MS, signal);
      }
    }
    return null;
  }

  /** What the core will never take is counted. @throws where `signal` aborts */
  async deliver(event: Event, signal: AbortSignal): Promise<void> {
    if (!await deliverDurably(this.#deps.host, event, signal)) this.#skipped += 1;
  }
}

/** Adds to what is kept, without growing for ever. */
function remember<T>(kept: Set<T>, one: T): void {
  kept.add(one);
  const [oldest] = kept;
  if (kept.size > SEEN_MAX && oldest !== undefined) kept.delete(oldest);
}
