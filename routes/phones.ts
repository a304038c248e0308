/** The simulated phones as routes and pages see them, while the sandbox is on. */
import type { MediaKind, Span } from "../actors/model/mod.ts";
import type { MediaStream } from "../actors/ports/mod.ts";

/** What is done on a phone. `target` and `replyTo` are ids of messages that it sees. */
export interface PhoneOrder {
  readonly chatId: string;
  readonly type:
    | "text"
    | "edit"
    | "delete"
    | "reaction"
    | "file"
    | "poll"
    | "vote"
    | "close-poll"
    | "location"
    | "live-end"
    | "contact"
    | "pin"
    | "title"
    | "description"
    | "icon"
    | "timer";
  /** A text, the words under a file, a title or a description. */
  readonly text?: string;
  /** Absent: as the messenger understands what is typed. */
  readonly spans?: readonly Span[];
  readonly emoji?: string;
  readonly target?: string;
  readonly replyTo?: string;
  /** Of an `icon`: absent takes it away. */
  readonly file?: PhoneFile;
  readonly poll?: {
    readonly question: string;
    readonly options: readonly string[];
    readonly multiple?: boolean;
  };
  /** The whole choice in a poll, by place. */
  readonly choice?: readonly number[];
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly label?: string;
    readonly address?: string;
    readonly live?: boolean;
  };
  readonly contact?: { readonly name: string; readonly phones: readonly string[] };
  readonly pinned?: boolean;
  readonly seconds?: number;
}

/** A file that is picked on a phone. */
export interface PhoneFile {
  readonly data: Uint8Array;
  readonly mime: string;
  readonly name?: string;
  /** Absent: what the phone takes it for. */
  readonly kind?: MediaKind;
  /** The same for files that are sent as one album. */
  readonly album?: string;
  readonly viewOnce?: boolean;
  readonly durationMs?: number;
  readonly emoji?: string;
}

/** A message as one simulated phone sees it. What is absent, it does not hold. */
export interface PhoneMessage {
  readonly messageId: string;
  readonly from: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly from: string }[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly spans?: readonly Span[];
  /** Its bytes are read by `SandboxPhones.file`. */
  readonly file?: {
    readonly kind: MediaKind;
    readonly mime: string;
    readonly name: string | null;
    readonly bytes: number;
    readonly durationMs?: number;
    readonly emoji?: string;
  };
  readonly album?: string;
  readonly viewOnce?: MediaKind;
  readonly poll?: {
    readonly question: string;
    readonly options: readonly string[];
    readonly multiple: boolean;
    /** How many chose each option. */
    readonly votes: readonly number[];
    /** What this phone chose. */
    readonly chosen: readonly number[];
    readonly closed: boolean;
  };
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly label?: string;
    readonly address?: string;
    readonly live?: "started" | "ended";
  };
  readonly contact?: { readonly name: string; readonly phones: readonly string[] };
  readonly pinned?: boolean;
}

/** A chat as one simulated phone sees it. */
export interface PhoneChat {
  readonly title: string;
  /** Oldest first. */
  readonly messages: readonly PhoneMessage[];
  readonly description?: string;
  /** Its picture, read by `SandboxPhones.file` as `icon`. */
  readonly icon?: { readonly mime: string; readonly bytes: number };
  /** After how many seconds messages disappear. */
  readonly timer?: number;
}

/** The simulated phones. */
export interface SandboxPhones {
  addPhone(
    input: { readonly messenger: string; readonly name: string },
  ): Promise<{ readonly phoneId: string }>;
  join(phoneId: string, inviteUrl: string): Promise<{ readonly chatId: string }>;
  send(phoneId: string, order: PhoneOrder): Promise<{ readonly messageId: string }>;
  view(phoneId: string, chatId: string): Promise<PhoneChat>;
  /** The file of a message, or the picture of the chat (`icon`); null where there is none any more. */
  file(phoneId: string, chatId: string, messageId: string): Promise<MediaStream | null>;
  /** Newest phones last. */
  phones(): readonly {
    readonly phoneId: string;
    readonly messenger: string;
    readonly name: string;
    readonly chats: readonly { readonly chatId: string; readonly title: string }[];
  }[];
}

/** Errors of the sandbox: `code` is `not-found` or `invalid`. */
export interface SandboxError extends Error {
  readonly code: "not-found" | "invalid";
}
