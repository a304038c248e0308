/** From what Baileys tells to durable events. */
import {
  type BaileysEventMap,
  isJidGroup,
  isPnUser,
  jidNormalizedUser,
  type WAMessage,
} from "@whiskeysockets/baileys";
import type { Event } from "../../actors/model/mod.ts";
import type { AdapterHost } from "../../actors/ports/mod.ts";
import { deliverDurably } from "../shared/deliver.ts";
import type { Albums } from "./albums.ts";
import type { Authors } from "./authors.ts";
import { type DecodeContext, decodeMessage } from "./decode.ts";
import type { Groups } from "./groups.ts";
import { Lids } from "./lids.ts";
import { isOurs, type Line, namesOfUs } from "./line.ts";
import { choiceIn, pollKeyOf } from "./poll_messages.ts";
import type { Polls } from "./polls.ts";
import type { Sent } from "./sent.ts";
import { jidsOf, needsAdmins, unwrap } from "./wire.ts";

/** Messages that were taken where they were decrypted: Baileys tells of each a second time. */
const TAKEN_MAX = 4_000;
/** Of one message, so that a list of strangers does not become a list of questions. */
const QUESTIONS_MAX = 8;

/** What the inbox works with. */
export interface InboxDeps {
  readonly host: AdapterHost;
  readonly groups: Groups;
  readonly albums: Albums;
  readonly authors: Authors;
  readonly polls: Polls;
  readonly sent: Sent;
}

/** Takes what comes to one account. */
export class Inbox {
  readonly #deps: InboxDeps;
  readonly #taken = new Set<string>();
  readonly #lids = new Lids();
  #skipped = 0;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** What could not be read, or not be taken. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Resolves once all that the message means is durable. @throws where it must come again */
  async take(line: Line, message: WAMessage, signal: AbortSignal): Promise<void> {
    const { remoteJid: chat, id } = message.key;
    if (!chat || !id || !isJidGroup(chat)) return;
    const events = await this.#decoded(line, message);
    for (const event of events) await this.#deliver(this.#deps.albums.meant(event), signal);
    this.#remember(`${chat} ${id} ${message.key.participant ?? ""}`);
  }

  /** What Baileys tells of messages: those that came another way than by decryption. */
  async upserted(
    line: Line,
    { messages }: BaileysEventMap["messages.upsert"],
    signal: AbortSignal,
  ): Promise<void> {
    for (const message of messages) {
      const { remoteJid, id, participant } = message.key;
      const says = message.message || message.messageStubType;
      if (says && !this.#taken.has(`${remoteJid} ${id} ${participant ?? ""}`)) {
        await this.take(line, message, signal);
      }
    }
  }

  /** Members came or went, or became admins: what is known of the group follows. The event comes as a message. */
  participants(update: BaileysEventMap["group-participants.update"]): void {
    this.#deps.groups.changed(update);
    for (const { lid, phoneNumber, id } of update.participants) {
      this.#lids.learn(phoneNumber ?? id, lid ?? id);
    }
  }

  /** Title, settings: what is known of the group is asked for again. The event comes as a message. */
  changed(updates: BaileysEventMap["groups.update"]): void {
    for (const { id } of updates) if (id !== undefined) this.#deps.groups.forget(id);
  }

  async #decoded(line: Line, message: WAMessage): Promise<readonly Event[]> {
    const { sent, groups } = this.#deps;
    const { remoteJid, id, participant, participantAlt, fromMe } = message.key;
    const ours = fromMe === true && await sent.has(id ?? "");
    if (ours || !remoteJid || !id) return [];
    this.#lids.learn(participant, participantAlt);
    await this.#learnAll(line, message);
    // Who is an admin counts only for what is taken away from others.
    if (this.#reading(() => [needsAdmins(message)]).includes(true)) {
      await groups.metadata(line.socket, remoteJid).catch(() => undefined);
    }
    const choice = await this.#choice(line, message);
    const events = this.#reading(() => decodeMessage(message, this.#context(line, choice)));
    const says = events.some(({ type }) => type === "message");
    if (says) await this.#keep(message, fromMe === true ? null : participant ?? null);
    // How long messages stay is a part of every message that we send.
    if (events.some(({ type }) => type === "timer")) groups.forget(remoteJid);
    return events;
  }

  /** What has to be known of a message when others refer to it, before anybody hears of it. */
  async #keep({ key: { remoteJid, id }, message }: WAMessage, author: string | null): Promise<void> {
    if (!remoteJid || !id) return;
    const { authors, polls } = this.#deps;
    const [poll] = this.#reading(() => [message ? pollKeyOf(message, author) : null]);
    if (poll) await polls.keep(remoteJid, id, poll);
    await authors.add(remoteJid, id, author);
  }

  /** What a vote chose: its poll is looked up, and all names of those who may be meant. */
  async #choice(line: Line, { key, message }: WAMessage): Promise<readonly number[] | null> {
    const vote = message ? unwrap(message).message.pollUpdateMessage : null;
    const pollId = vote?.pollCreationMessageKey?.id;
    if (!vote?.vote || !pollId || !key.remoteJid) return null;
    const poll = await this.#deps.polls.find(key.remoteJid, pollId);
    if (poll === null) return null;
    const voters = key.fromMe === true ? namesOfUs(line) : await this.#namesOf(line, key.participant ?? "");
    const creators = poll.creator === null ? namesOfUs(line) : await this.#namesOf(line, poll.creator);
    return choiceIn(vote.vote, { poll, pollId, creators, voters });
  }

  /** Both names of somebody, as far as anybody knows: votes are sealed with the one that their phone goes by. */
  async #namesOf(line: Line, jid: string): Promise<string[]> {
    const names = this.#lids.namesOf(jid);
    if (names.length > 1) return names;
    const { lidMapping } = line.socket.signalRepository;
    const [one = ""] = names;
    const asking = isPnUser(one) ? lidMapping.getLIDForPN(one) : lidMapping.getPNForLID(one);
    const other = await asking.catch(() => null);
    return other ? [one, jidNormalizedUser(other)] : names;
  }

  #context(line: Line, choice: readonly number[] | null): DecodeContext {
    const { host, groups } = this.#deps;
    return {
      choice,
      isMe: (jid) => isOurs(line, jid),
      lidOf: (pn) => this.#lids.lidOf(pn),
      isAdmin: (chat, jid) => groups.isAdmin(chat, this.#lids.namesOf(jid)),
      text: (key, values) => host.text(key, values),
    };
  }

  /** Something that cannot be read would come back for ever: it is counted and passed over. */
  #reading<T>(read: () => readonly T[]): readonly T[] {
    try {
      return read();
    } catch {
      this.#skipped += 1;
      return [];
    }
  }

  /** Which LID belongs to each number that the message names. */
  async #learnAll(line: Line, message: WAMessage): Promise<void> {
    const unknown = this.#reading(() => jidsOf(message)).map((jid) => jidNormalizedUser(jid))
      .filter((jid) => isPnUser(jid) && this.#lids.lidOf(jid) === null);
    for (const pn of [...new Set(unknown)].slice(0, QUESTIONS_MAX)) {
      const lid = await line.socket.signalRepository.lidMapping.getLIDForPN(pn).catch(() => null);
      this.#lids.learn(pn, lid);
    }
  }

  #remember(key: string): void {
    this.#taken.add(key);
    const [oldest] = this.#taken;
    if (this.#taken.size > TAKEN_MAX && oldest !== undefined) this.#taken.delete(oldest);
  }

  /** What the core will never take is counted. @throws where `signal` aborts */
  async #deliver(event: Event, signal: AbortSignal): Promise<void> {
    if (!await deliverDurably(this.#deps.host, event, signal)) this.#skipped += 1;
  }
}
