/** One connection to WhatsApp: a socket of Baileys with all that hangs on it. Baileys never connects again by itself. */
import {
  type BinaryNode,
  Browsers,
  type ConnectionState,
  type GroupMetadata,
  jidNormalizedUser,
  makeWASocket,
  type proto,
  type SocketConfig,
  type WAMessage,
} from "@whiskeysockets/baileys";
import { Acks } from "./acks.ts";
import type { AuthState } from "./auth_state.ts";
import type { WhatsappConfig } from "./config.ts";
import { codeOf, cutOff, goneFor } from "./failures.ts";
import { Intake } from "./intake.ts";
import { MediaDirectory } from "./media_servers.ts";
import { SILENT } from "./quiet.ts";

/** Why a connection ended, by WhatsApp's numbers (Baileys' DisconnectReason). */
export const ENDED = {
  loggedOut: 401,
  banned: 403,
  outdated: 405,
  replaced: 440,
  /** After a phone has linked us: connect again with the same login. */
  restart: 515,
} as const;

/** The socket, as Baileys makes it. */
export type Socket = ReturnType<typeof makeWASocket>;

/** What a connection asks of its owner. */
export interface LineOwner {
  /** Resolves once the message is durable. */
  take(message: WAMessage): Promise<void>;
  /** Of which the message is, for phones that could not read it. */
  sent(id: string): Promise<proto.IMessage | undefined>;
  metadata(jid: string): Promise<GroupMetadata | undefined>;
  /** Any news of the connection. */
  changed(update: Partial<ConnectionState>): void;
  /** Our own phone gave a sign of life. */
  phoneSeen(): void;
}

export interface LineOptions {
  readonly config: WhatsappConfig;
  readonly auth: AuthState;
  readonly owner: LineOwner;
}

/** One connection. */
export class Line {
  readonly socket: Socket;
  readonly acks = new Acks();
  readonly files: MediaDirectory;
  readonly auth: AuthState;
  /** Resolves with WhatsApp's number when the connection has ended. */
  readonly ended: Promise<number>;
  /** Whether the login is done. */
  open = false;
  readonly #owner: LineOwner;
  readonly #end: (code: number) => void;

  constructor({ config, auth, owner }: LineOptions) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
    this.#owner = owner;
    this.auth = auth;
    const intake = new Intake({ auth, take: (message) => owner.take(message) });
    this.socket = makeWASocket({
      ...(config.wsUrl === undefined ? {} : { waWebSocketUrl: config.wsUrl }),
      ...SETTINGS,
      auth: { creds: auth.creds, keys: auth.keys },
      makeSignalRepository: intake.repository,
      getMessage: ({ id }) => id ? owner.sent(id) : Promise.resolve(undefined),
      cachedGroupMetadata: (jid) => owner.metadata(jid),
    });
    this.files = new MediaDirectory(this.socket);
    const { ws, ev } = this.socket;
    // Before Baileys reads the stanza itself.
    ws.prependListener("CB:message", (stanza: BinaryNode) => intake.saw(stanza));
    ws.on("CB:ack,class:message", ({ attrs }: BinaryNode) => this.#answered(attrs));
    ws.on("CB:receipt", ({ attrs }: BinaryNode) => this.#receipt(attrs));
    // Not awaited by Baileys; what cannot be written ends the process' right to write anyway.
    ev.on("creds.update", () => void auth.saveCreds().catch(() => undefined));
    ev.on("connection.update", (update) => this.#changed(update));
  }

  /** Ends the connection and waits for what it wrote. */
  async close(): Promise<void> {
    this.acks.cut(cutOff());
    await this.socket.end(undefined);
    await this.auth.settled().catch(() => undefined);
  }

  #answered({ id, error }: BinaryNode["attrs"]): void {
    if (id !== undefined) this.acks.answered(id, error === undefined ? null : Number(error) || 500);
  }

  /** Receipts of our own phone: device 0 of our own number, whichever way the number is written. */
  #receipt({ from, participant }: BinaryNode["attrs"]): void {
    const { me } = this.auth.creds;
    const who = participant ?? from ?? "";
    const [user = "", server] = who.split("@");
    const ours = server === "lid" ? me?.lid : me?.id;
    if (ours !== undefined && user === ours.split(/[:@]/)[0]) this.#owner.phoneSeen();
  }

  #changed(update: Partial<ConnectionState>): void {
    if (update.connection === "open") this.open = true;
    if (update.connection !== "close") return this.#owner.changed(update);
    this.open = false;
    const code = codeOf(update.lastDisconnect?.error) ?? 428;
    this.acks.cut(code === ENDED.loggedOut || code === ENDED.banned ? goneFor(code) : cutOff());
    this.#end(code);
  }
}

const SETTINGS: Partial<SocketConfig> = {
  logger: SILENT,
  // What the phone shows under its linked devices.
  browser: Browsers.appropriate("Plenum"),
  markOnlineOnConnect: false,
  // Our own sends are known by their acks.
  emitOwnEvents: false,
  syncFullHistory: false,
  // The first part of the history is let in, though none of it is used: it also tells which LID is whose.
  // The store tries by itself until it has written.
  transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
  generateHighQualityLinkPreview: false,
};

/** Whether a jid means our own account. */
export function isOurs(line: Line, jid: string): boolean {
  return namesOfUs(line).includes(jidNormalizedUser(jid));
}

/** Both names of our own account. */
export function namesOfUs({ auth: { creds: { me } } }: Line): string[] {
  return [me?.lid, me?.id].flatMap((jid) => jid === undefined ? [] : jidNormalizedUser(jid));
}
