/** The relay as routes see it, and the errors that it answers with. */
import type {
  AccountId,
  GroupId,
  GroupView,
  InviteView,
  LiveEvent,
  Locale,
  MediaKind,
  MediaRef,
  MemberId,
  MemberView,
  MessageId,
  MessageView,
  Messenger,
  Mode,
  NativeId,
  UserId,
  WebAction,
} from "../model/mod.ts";
import type { CallOptions, Health, MediaStream } from "./adapter.ts";
import type { LinkedFile, OpenOptions, Upload } from "./media.ts";
import type { RecordStore } from "./records.ts";

export type RelayErrorCode =
  | "not-found" // no such group, member, message or guest
  | "gone" // it was rotated or ended
  | "taken" // a unique value is in use
  | "conflict" // it cannot be done in this state
  | "forbidden" // not by this member
  | "invalid" // the request makes no sense
  | "busy" // the mailbox is full: try again after `retryAfterMs`
  | "unavailable"; // the store refused: nothing of it was accepted, try again after `retryAfterMs`

/** What the core refuses. `message` is for people and names what was wrong and what was expected. */
export class RelayError extends Error {
  constructor(readonly code: RelayErrorCode, message: string, readonly retryAfterMs: number | null = null) {
    super(message);
  }
}

export interface CreateGroup {
  /** 1 to 32 characters, already cleaned. */
  readonly title: string;
  readonly owner: { readonly id: UserId; readonly name: string };
  readonly messengers: readonly Messenger[];
  readonly locale: Locale;
  readonly mode: Mode;
  /** Version of the text that the owner declared. */
  readonly consentVersion: string;
  /** The same owner and key answers the same group again, for a day. */
  readonly idempotencyKey?: string;
}

/** Everything that changes something. Each call resolves after it is durable, or throws `RelayError`. */
export interface RelayCommands {
  createGroup(request: CreateGroup): Promise<GroupView>;
  renameGroup(group: GroupId, title: string): Promise<GroupView>;
  endGroup(group: GroupId): Promise<void>;
  addBridge(group: GroupId, messenger: Messenger, options: { readonly adopt: boolean }): Promise<GroupView>;
  removeBridge(group: GroupId, messenger: Messenger): Promise<GroupView>;
  rotateInvite(group: GroupId): Promise<GroupView>;
  /** @throws {RelayError} `not-found`, `gone` */
  joinGuest(
    code: string,
    guest: { readonly name: string; readonly consentVersion: string },
  ): Promise<{ readonly memberId: MemberId; readonly token: string; readonly group: GroupId }>;
  /** What somebody in the browser does. Answers the message that it made or changed. */
  act(group: GroupId, action: WebAction): Promise<{ readonly messageId: MessageId }>;
  moderate(group: GroupId, member: MemberId, action: "remove" | "mute" | "unmute"): Promise<MemberView>;
  /** A further account of a messenger whose accounts are linked here. @throws {RelayError} `conflict` where none are */
  addAccount(messenger: Messenger): Promise<AccountView>;
  /** Logs it out where that can be done and erases its session. @throws {RelayError} `not-found`, `conflict` */
  removeAccount(account: AccountId): Promise<void>;
  /**
   * Links an account, or joins the linking that is under way. Ends after `done` or `failed`, or when `signal` aborts;
   * when the last who watches leaves, the linking is given up. @throws {RelayError} `not-found`, `conflict`
   */
  linkAccount(account: AccountId, options: { readonly signal: AbortSignal }): AsyncIterable<LinkStep>;
  /** What the operator gave for a field that was asked for. @throws {RelayError} `conflict` where nobody asks */
  answerLink(account: AccountId, field: string, value: string): void;
}

/** Reads never wait for the mailbox. */
export interface RelayReads {
  group(id: GroupId): Promise<GroupView | null>;
  groupsOf(owner: UserId): Promise<GroupView[]>;
  /** null: there never was such a code. */
  invite(code: string): Promise<InviteView | null>;
  members(group: GroupId): Promise<MemberView[]>;
  /** Newest last. `before` pages back. */
  messages(
    group: GroupId,
    options: { readonly before?: MessageId; readonly limit: number },
  ): Promise<MessageView[]>;
  /** Whom a guest token belongs to. */
  guest(token: string): Promise<{ readonly group: GroupId; readonly member: MemberId } | null>;
  accounts(): AccountView[];
  /** What the linking of an account shows right now; null: none is under way. */
  linking(account: AccountId): readonly LinkStep[] | null;
  deadLetters(limit: number): Promise<DeadLetterView[]>;
}

/** The file of a message, as browsers can show it. `media.bytes` is what it really has. */
export interface MessageFile {
  readonly kind: MediaKind;
  readonly media: MediaRef;
  open(options: OpenOptions): Promise<MediaStream>;
}

/** Files of groups. @throws {DeliveryFailure} where a file cannot be read, or not now */
export interface RelayMedia {
  /** Takes in a file from the browser; a message that is posted within the day can hold it. */
  take(
    group: GroupId,
    upload: Upload,
    options: CallOptions,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef }>;
  /** What was taken in under this name. */
  taken(
    group: GroupId,
    file: NativeId,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef } | null>;
  /** null: there is none, it cannot be shown, or its time is over. */
  ofMessage(group: GroupId, message: MessageId, options: CallOptions): Promise<MessageFile | null>;
  /** The picture of a group; null: there is none, or it cannot be shown. */
  iconOf(group: GroupId, options: CallOptions): Promise<MessageFile | null>;
  /** What a link of ours leads to. */
  linked(token: string): Promise<LinkedFile | null>;
}

export interface AccountView {
  readonly id: AccountId;
  readonly messenger: Messenger;
  readonly health: Health;
  /** Operators link and remove it; the others come from the environment. */
  readonly linkable: boolean;
}

/** What a linking shows, in order: an `ask` may be answered, the others are to be looked at. */
export type LinkStep =
  | { readonly type: "qr" | "code" | "text"; readonly data: string }
  | { readonly type: "ask"; readonly field: string }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly text: string };

export interface DeadLetterView {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly op: string;
  readonly reason: string;
  readonly at: number;
}

export interface HealthReport {
  /** Commits work and this process owns its session. */
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  readonly accounts: readonly AccountView[];
}

export interface Relay {
  readonly ask: RelayCommands;
  readonly read: RelayReads;
  readonly records: RecordStore;
  readonly media: RelayMedia;
  /** Changes of one group from now on; with `after`, first what came since that seq (or one `reset`). */
  watch(
    group: GroupId,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<LiveEvent>;
  /** Hands a messenger's call to its adapter; 404 where no account of that messenger takes calls. */
  webhook(messenger: Messenger, request: Request): Promise<Response>;
  health(): HealthReport;
  /** Takes nothing new, finishes what is being committed, closes adapters and store. Under 5 s. */
  stop(): Promise<void>;
}
