/**
 * A WhatsApp server for tests, written from what the real client (@whiskeysockets/baileys) sends and reads, on its own
 * codec and crypto: nothing in the client is replaced but the server that it trusts.
 *
 * - `startWhatsApp()` listens at `url`; a process that preloads `preload.ts` with `trust` in PLENUM_FAKE_WHATSAPP, or
 *   calls `trustWhatsApp(server.trust)`, can be linked to `ownPhone()` by `scan` or `enterCode`.
 * - `phone({ name })` is a person: it joins, writes, reacts, edits and deletes with real keys, reads what clients write,
 *   and shows it in `view(chat)`. The own phone is one too: what the client writes is the operator's.
 * - What is for a linked device waits until the device confirms it, also while nobody is on the line, and goes out again
 *   after a kill. `hold`, `release` and `unconfirm` change when and how often.
 * - `faults`, `end`, `cutLines`, `fallSilent`, `refuseLogins`, `stopListening`, `restrict` and `options` are what goes
 *   wrong; `stats`, `sent`, `unknown`, `online`, `waiting` and `media` are what can be seen of the client.
 *
 * The client's library leaves timers behind, so tests that run it in their own process switch the sanitizers off.
 */
import { Buffer } from "node:buffer";
import { muteLibsignal } from "../../../adapters/whatsapp/quiet.ts";
import { DEADLINE_MS } from "../telegram/changes.ts";
import { checkSignaturesFast } from "./fast_signatures.ts";
import type { Faults } from "./faults.ts";
import { el } from "./node.ts";
import type { MediaStore } from "./media.ts";
import { Phone } from "./phone.ts";
import { restrict, type Restriction } from "./restriction.ts";
import { Session } from "./session.ts";
import type { Stats } from "./stats.ts";
import type { Trusted } from "./trust.ts";
import { DEFAULTS, type SentMessage, World, type WorldOptions } from "./world.ts";

export type { Fault, FaultRule, Faults } from "./faults.ts";
export type { Phone } from "./phone.ts";
export type { SeenMessage } from "./chat_view.ts";
export type { MediaFile, OpenedMedia } from "./media.ts";
export type { SendOptions } from "./phone.ts";
export type { Restriction } from "./restriction.ts";
export type { SentMessage, WorldOptions } from "./world.ts";
export { type Trusted, trustWhatsApp } from "./trust.ts";

/** How the server ends a session, with the number that the client gives as the reason. */
export type SessionEnd = "unlinked" | "replaced" | "forbidden" | "unavailable" | "bad" | "restart";

/** A running server. */
export class FakeWhatsApp implements AsyncDisposable {
  readonly world: World;
  #listener: Deno.TcpListener | null = null;
  #port = 0;
  #nextNumber = 15_550_000_001;

  constructor(options: WorldOptions) {
    this.world = new World(options);
    this.listen();
  }

  /** Where clients connect. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws/chat`;
  }

  /** What a client has to know to believe this server. */
  get trust(): Trusted {
    return {
      rootKey: Buffer.from(this.world.identity.rootKey).toString("hex"),
      mediaOrigin: this.world.media.origin,
    };
  }

  get faults(): Faults {
    return this.world.faults;
  }

  get stats(): Stats {
    return this.world.stats;
  }

  /** What linked devices wrote, in order, with every repetition. */
  get sent(): readonly SentMessage[] {
    return this.world.sent;
  }

  /** The encrypted files. */
  get media(): MediaStore {
    return this.world.media;
  }

  /** Questions that got an empty answer because nobody taught the server a better one. */
  get unknown(): readonly string[] {
    return this.world.unknown;
  }

  /** How the server behaves from now on. */
  get options(): WorldOptions {
    return this.world.options;
  }

  /** How many devices are logged in. */
  get online(): number {
    return this.world.linkedDevices.filter(({ session }) => session !== null).length;
  }

  /** How many stanzas wait for linked devices to confirm them. */
  get waiting(): number {
    return this.world.linkedDevices.reduce((sum, { mailbox }) => sum + mailbox.size, 0);
  }

  /** A person with a phone. */
  phone({ name, number = String(this.#nextNumber++), addressing = "pn" }: {
    readonly name: string;
    readonly number?: string;
    readonly addressing?: "pn" | "lid";
  }): Phone {
    const account = this.world.register(number, name);
    const known = this.world.phoneOf(account);
    if (known !== undefined) return known;
    account.showsNumber = addressing === "pn";
    return new Phone(this.world, account);
  }

  /** The phone to which a client is linked. */
  ownPhone(number = "15559990000", name = "Operator"): Phone {
    return this.phone({ name, number });
  }

  /** Ends the sessions of linked devices (of one phone, or all), and says why. */
  end(why: SessionEnd, phone?: Phone): void {
    for (const device of this.world.linkedDevices) {
      if (phone !== undefined && device.account !== phone.account) continue;
      const { session } = device;
      if (why === "unlinked") device.unlink();
      if (session === null) continue;
      switch (why) {
        case "unlinked":
          break;
        case "replaced":
          session.end(null, [el("conflict", { type: "replaced" })]);
          break;
        case "forbidden":
          session.end(403);
          break;
        case "unavailable":
          session.end(503);
          break;
        case "bad":
          session.end(500);
          break;
        case "restart":
          session.end(515);
          break;
        default:
          why satisfies never;
      }
    }
  }

  /** Cuts every line without a word. */
  cutLines(): void {
    for (const session of [...this.world.sessions]) session.cut();
  }

  /** Leaves every open line open, but says nothing any more. */
  fallSilent(): void {
    for (const session of this.world.sessions) session.mute = true;
  }

  /** Keeps everything back that is for linked devices, until `release`. */
  hold(): void {
    for (const { mailbox } of this.world.linkedDevices) mailbox.hold();
  }

  /** Lets go what was kept back. */
  release(order: "kept" | "reversed" = "kept"): void {
    for (const { mailbox } of this.world.linkedDevices) mailbox.release(order);
  }

  /** Loses the confirmation of the last messages: they go out again, at once or at the next login. */
  unconfirm(count: number): void {
    for (const { mailbox } of this.world.linkedDevices) mailbox.unconfirm(count);
  }

  /** Holds the linked accounts back from writing to new people, or no longer. */
  restrict(restriction: Restriction | null): void {
    restrict(this.world, restriction);
  }

  /** Forgets the one-time keys of linked devices: phones that write to them for the first time get none. */
  dropPreKeys(): void {
    for (const device of this.world.linkedDevices) device.dropPreKeys();
  }

  /** Lets nobody in, for this reason (401, 403, 405); null lets them in again. */
  refuseLogins(reason: number | null): void {
    this.world.refusal = reason;
  }

  /** Takes no connections any more; open lines are cut. */
  stopListening(): void {
    this.#listener?.close();
    this.#listener = null;
    this.cutLines();
  }

  /** Takes connections again, at the same port. */
  listen(): void {
    if (this.#listener !== null) return;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: this.#port });
    this.#listener = listener;
    this.#port = listener.addr.port;
    void this.#accept(listener);
  }

  /** Resolves with the first answer that is neither false, null nor undefined; looks after every change. */
  async until<T>(
    look: () => T | false | null | undefined,
    what: string,
    deadlineMs = DEADLINE_MS,
  ): Promise<T> {
    return await this.world.changes.until(look, what, deadlineMs);
  }

  /** Ends everything. @throws where the fake itself had a bug. */
  async close(): Promise<void> {
    this.stopListening();
    const [bug] = this.world.bugs;
    await this.world.media.close();
    if (bug !== undefined) throw new Error("Cannot trust this test: the fake failed", { cause: bug });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const connection of listener) {
        const session = new Session(this.world, connection);
        this.world.sessions.add(session);
        void session.run();
      }
    } catch (error) {
      if (this.#listener === listener) this.world.bug(error);
    }
  }
}

/** Starts a server at a port that the system chooses. */
export function startWhatsApp(options: Partial<WorldOptions> = {}): FakeWhatsApp {
  checkSignaturesFast();
  // The phones are made of libsignal too, which prints their keys.
  muteLibsignal();
  return new FakeWhatsApp({ ...DEFAULTS, ...options });
}
