/** The real client with its keys in memory, for the tests of the fake server itself. */
import {
  type AuthenticationCreds,
  type BaileysEventMap,
  initAuthCreds,
  makeWASocket,
  type UserFacingSocketConfig,
  type WAMessage,
  type WASocket,
} from "@whiskeysockets/baileys";
import { Changes } from "../telegram/changes.ts";
import { textIn, unwrapped } from "./chat_view.ts";
import { MemoryKeys } from "./memory_keys.ts";
import type { FakeWhatsApp } from "./mod.ts";
import type { Phone } from "./phone.ts";
import { SILENT } from "./silent.ts";
import { trustWhatsApp } from "./trust.ts";

/** One event of the client. */
export type ClientEvent = {
  readonly [Name in keyof BaileysEventMap]: { readonly name: Name; readonly value: BaileysEventMap[Name] };
}[keyof BaileysEventMap];

/** A client that can be linked, closed and opened again. */
export class Client implements AsyncDisposable {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly keys = new MemoryKeys();
  readonly events: ClientEvent[] = [];
  readonly changes = new Changes();
  readonly #server: FakeWhatsApp;
  readonly #config: Partial<UserFacingSocketConfig>;
  #socket: WASocket | null = null;
  /** Why the last socket ended, or null while there is one. */
  closed: number | null = null;

  constructor(server: FakeWhatsApp, config: Partial<UserFacingSocketConfig> = {}) {
    this.#server = server;
    this.#config = config;
    trustWhatsApp(server.trust);
  }

  get socket(): WASocket {
    if (this.#socket === null) throw new Error("Cannot use a client that is not connected");
    return this.#socket;
  }

  /** Its address, with the device. */
  get me(): string {
    return this.creds.me?.id ?? "";
  }

  /** Opens a socket. */
  connect(): WASocket {
    const socket = makeWASocket({
      auth: { creds: this.creds, keys: this.keys },
      logger: SILENT,
      waWebSocketUrl: this.#server.url,
      markOnlineOnConnect: false,
      ...this.#config,
    });
    this.#socket = socket;
    this.closed = null;
    socket.ev.process((events) => {
      if (this.#socket !== socket) return;
      for (const [name, value] of Object.entries(events)) {
        this.events.push({ name, value } as ClientEvent);
      }
      if (events["creds.update"]) Object.assign(this.creds, events["creds.update"]);
      const error = events["connection.update"]?.lastDisconnect?.error;
      if (events["connection.update"]?.connection === "close") this.closed = codeOf(error);
      this.changes.notify();
    });
    return socket;
  }

  /** Opens a socket and waits until it is let in. */
  async open(): Promise<WASocket> {
    const from = this.events.length;
    const socket = this.connect();
    await this.until(
      () => this.since(from, "connection.update").some(({ connection }) => connection === "open"),
      "the connection",
    );
    return socket;
  }

  /** Links the client to a phone by QR code and opens it. */
  async link(phone: Phone): Promise<WASocket> {
    this.connect();
    const qr = await this.until(
      () => this.since(0, "connection.update").find(({ qr }) => qr)?.qr,
      "a QR code",
    );
    await phone.scan(qr);
    await this.until(() => this.closed === 515, "the restart after linking");
    return await this.open();
  }

  /** The values of one kind of event. */
  since<Name extends keyof BaileysEventMap>(from: number, wanted: Name): BaileysEventMap[Name][] {
    return this.events.slice(from).filter(({ name }) => name === wanted)
      .map(({ value }) => value as BaileysEventMap[Name]);
  }

  /** Waits for a text in a chat. */
  async message(chat: string, text: string, deadlineMs?: number): Promise<WAMessage> {
    return await this.until(
      () => this.messages(chat).find(({ message }) => textIn(unwrapped(message ?? {})) === text),
      `"${text}" at the client`,
      deadlineMs,
    );
  }

  /** Every message of a chat, as often as it came. */
  messages(chat: string): WAMessage[] {
    return this.since(0, "messages.upsert").flatMap(({ messages }) => messages)
      .filter(({ key }) => key.remoteJid === chat);
  }

  /** Waits for something that an event brings. */
  async until<T>(look: () => T | false | null | undefined, what: string, deadlineMs?: number): Promise<T> {
    return await this.changes.until(look, what, deadlineMs);
  }

  /** Goes away as if killed: nothing that comes later is seen. */
  async kill(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    await socket?.end(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

function codeOf(error: unknown): number {
  const output = error instanceof Error && "output" in error ? error.output : null;
  const code = typeof output === "object" && output !== null && "statusCode" in output
    ? output.statusCode
    : 0;
  return typeof code === "number" ? code : 0;
}
