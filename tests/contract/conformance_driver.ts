/**
 * What the conformance suite asks of each messenger: people with phones at the wire double of it, who do everything
 * that people do, and see what they would see. The real adapter is in between.
 */
import type { MediaKind, RichText } from "../../actors/model/mod.ts";
import type { Linkable } from "../../actors/mod.ts";

/** A file as somebody sends it, or sees it. */
export interface FileSeen {
  readonly kind: MediaKind;
  readonly mime: string;
  readonly body: Uint8Array;
  readonly name?: string;
  readonly caption?: RichText;
  /** Of voice notes. */
  readonly durationMs?: number;
  readonly waveform?: boolean;
}

/** What somebody does. Ids are the messenger's own, as `Phone.chat` shows them. */
export type Act =
  | { readonly do: "text"; readonly text: RichText; readonly replyTo?: string }
  /** A text, and behind it, as the messenger's clients do it, a mention of somebody of this messenger by name. */
  | { readonly do: "mention"; readonly text: string; readonly name: string }
  | { readonly do: "file"; readonly file: FileSeen; readonly replyTo?: string }
  | { readonly do: "view-once"; readonly file: FileSeen }
  | { readonly do: "album"; readonly files: readonly FileSeen[] }
  | { readonly do: "edit"; readonly target: string; readonly text: RichText }
  /** The words under a file. */
  | { readonly do: "edit-caption"; readonly target: string; readonly text: RichText }
  | { readonly do: "delete"; readonly target: string }
  | { readonly do: "react"; readonly target: string; readonly emoji: string | null }
  | {
    readonly do: "poll";
    readonly question: string;
    readonly options: readonly string[];
    readonly multiple: boolean;
  }
  | { readonly do: "vote"; readonly target: string; readonly options: readonly number[] }
  | { readonly do: "close-poll"; readonly target: string }
  | {
    readonly do: "location";
    readonly latitude: number;
    readonly longitude: number;
    /** A venue. */
    readonly label?: string;
    readonly address?: string;
    readonly live?: boolean;
  }
  | { readonly do: "live-end"; readonly target: string }
  | { readonly do: "contact"; readonly name: string; readonly phone: string }
  | { readonly do: "pin"; readonly target: string }
  /** A throw of dice, or what else the messenger has that is none of these. */
  | { readonly do: "odd" }
  | { readonly do: "title"; readonly title: string }
  | { readonly do: "description"; readonly text: string }
  | { readonly do: "icon"; readonly body: Uint8Array }
  | { readonly do: "timer"; readonly seconds: number };

/** A message as members of the messenger see it, whoever sent it. */
export interface MessageSeen {
  readonly id: string;
  /** Our account sent it. */
  readonly ours: boolean;
  /** The text, or the words under a file; spans as the messenger shows them. */
  readonly text: RichText;
  /** The id of the message that it answers. */
  readonly replyTo: string | null;
  readonly reactions: readonly string[];
  readonly edited: boolean;
  readonly deleted: boolean;
  /** Names of the people whom it notifies by a mention. */
  readonly mentions?: readonly string[];
  readonly file?: FileSeen;
  /** The same for all files of one album. */
  readonly album?: string;
  readonly poll?: {
    readonly question: string;
    readonly options: readonly string[];
    readonly multiple: boolean;
    readonly closed: boolean;
  };
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly label?: string };
  readonly contact?: { readonly name: string; readonly phone: string };
}

/** A chat as its members see it. */
export interface ChatSeen {
  readonly title: string;
  readonly description: string;
  readonly icon: Uint8Array | null;
  /** After how many seconds messages disappear; 0: never. */
  readonly timer: number;
  /** Oldest first. */
  readonly messages: readonly MessageSeen[];
}

/** One person's phone in the group. */
export interface Phone {
  readonly name: string;
  /** What must never be seen on another messenger: their number, their native id, their username. */
  readonly secrets: readonly string[];
  /** @returns the id of the message that it made, or "" */
  act(act: Act): Promise<string>;
  chat(): Promise<ChatSeen>;
}

/** One messenger: its wire double, and the real adapter's way to it. */
export interface Driver extends AsyncDisposable {
  readonly messenger: string;
  /** What Plenum's environment needs to reach the wire double. */
  readonly env: Readonly<Record<string, string>>;
  /** Accounts that are linked rather than configured, where the environment cannot name a wire double. */
  readonly linkable?: Linkable;
  /** What the messenger has at all; what is not here has no row from it. */
  readonly acts: readonly Act["do"][];
  /** Plenum runs at `url`: whatever an operator has to do (link an account) before groups can be made. */
  prepare?(url: string, token: string): Promise<void>;
  /** What a person has to do before the bridge is ready (bring the bot in by `actionUrl`). */
  adopt?(actionUrl: string): Promise<void>;
  /** Somebody joins by the group's link on this messenger. */
  join(inviteUrl: string, name: string): Promise<Phone>;
  /** Moves the messenger's own pace out of the way, or nothing. */
  unpace?(): void;
}
