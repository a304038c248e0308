/** The adapter contract: all that the core knows of a messenger. */
import type { z } from "zod";
import type {
  AccountId,
  Capabilities,
  ChatId,
  Event,
  MediaRef,
  Messenger,
  NativeId,
  NativeOp,
  OpId,
  Person,
  Receipt,
} from "../model/mod.ts";

/** How `main.ts` learns of a messenger. Declaring one performs no I/O. */
export interface AdapterDefinition<Config = unknown> {
  readonly messenger: Messenger;
  readonly config: z.ZodType<Config>;
  /** `edge`: webhook only, any isolate. `worker`: needs a process that stays up. */
  readonly runsOn: "edge" | "worker";
  /** Its accounts are made and linked by operators, any number of them; absent: one, from the environment. */
  readonly linked?: boolean;
  open(account: AccountId, config: Config, host: AdapterHost): Adapter;
}

/** How an account is. `text` is for people; it holds no secret, number, name or message. */
export interface Health {
  readonly status: "starting" | "connected" | "waiting" | "logged-out" | "failed";
  readonly text?: string;
  /** What the operator can give to mend it: `Adapter.answer` takes it. */
  readonly asks?: "captcha";
}

/** What the core lends an adapter; besides the messenger it may touch nothing else. */
export interface AdapterHost {
  /**
   * Resolves once `event` is durable in its group's mailbox: acknowledge the messenger after that, never
   * before. A repeated `event.id` is absorbed, and so is an event of a chat that has no bridge.
   */
  deliver(event: Event): Promise<void>;
  report(health: Health): void;
  readonly session: SessionStore;
  /** Milliseconds since 1970. */
  now(): number;
  /** A text of the locale files, in the language of the server. */
  text(key: string, values?: Readonly<Record<string, string>>): string;
}

/** Secrets and cursors between runs, sealed. Values of any size. */
export interface SessionStore {
  get(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
  /** All or nothing, however much it is; in the order of the calls. `null` deletes. */
  set(entries: Readonly<Record<string, Uint8Array | null>>): Promise<void>;
  /** Deletes all whose keys begin with `prefix`. */
  clear(prefix: string): Promise<void>;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}

export interface SendOptions extends CallOptions {
  /** The same across retries; becomes the native id where the messenger lets us choose it. */
  readonly opId: OpId;
  readonly media?: (ref: MediaRef) => Promise<MediaStream>;
}

export interface GroupSpec {
  readonly title: string;
  readonly description: string;
  /** The same across retries of one creation, for adapters that can find a half-made group again. */
  readonly opId: OpId;
}

export interface CreatedGroup {
  readonly chat: ChatId;
  readonly inviteUrl: string | null;
}

export interface MediaStream {
  readonly mime: string;
  readonly bytes: number | null;
  readonly body: ReadableStream<Uint8Array>;
}

export interface LinkIo {
  show(kind: "qr" | "code" | "text", data: string): void;
  ask(field: string): Promise<string>;
}

export interface Adapter extends AsyncDisposable {
  /** What `chat` can carry, limits and pace included. Cached: no I/O. */
  capabilities(chat: ChatId | null): Capabilities;
  /** Stays connected until `signal` aborts. Throws `AccountGone` if it no longer can. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Performs, once, one op that `capabilities()` allows. Never retries, sleeps, splits or falls back.
   * @throws {DeliveryFailure} and nothing else, unless there is a bug
   */
  send(chat: ChatId, op: NativeOp, options: SendOptions): Promise<Receipt>;
  /** Absent where this account cannot create groups (Telegram bots): then `adoptLink` exists. */
  createGroup?(spec: GroupSpec, options: CallOptions): Promise<CreatedGroup>;
  /** What a person does to bring this account into a group of theirs; `token` comes back as `adopted`. */
  adoptLink?(token: string): { readonly url?: string; readonly text: string };
  /** Title and invite link of a chat that we were brought into. Present where `adoptLink` is. */
  setupGroup?(chat: ChatId, spec: GroupSpec, options: CallOptions): Promise<CreatedGroup>;
  /** The link by which people join, or null where there is none. */
  inviteLink(chat: ChatId, options: CallOptions): Promise<string | null>;
  /** Ends the old link and makes a new one. */
  revokeInvite(chat: ChatId, options: CallOptions): Promise<string | null>;
  members(chat: ChatId, options: CallOptions): AsyncIterable<Person>;
  /** Media named by an event. Readable once; may have expired at the messenger. */
  openMedia(media: NativeId, options: CallOptions): Promise<MediaStream>;
  /** Logs the account in (QR, code or token) and resolves when that is done. */
  link(io: LinkIo, options: CallOptions): Promise<void>;
  /** Logs out at the messenger, as far as it can be reached, and forgets the login. */
  unlink?(options: CallOptions): Promise<void>;
  /** Takes what `Health.asks` for; what comes of it is told as health. */
  answer?(field: "captcha", value: string): void;
  /** Present where the messenger calls us. Responds after `deliver` has resolved. */
  webhook?(request: Request): Promise<Response>;
}
