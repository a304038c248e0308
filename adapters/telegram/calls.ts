/** The Bot API calls that ops become: data, made by `encode` and carried out by `perform`. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { ChatId, MediaKind, MediaRef } from "../../actors/model/mod.ts";
import type { encodeText } from "./markup.ts";

/** A text as Telegram takes it. */
export type CallText = ReturnType<typeof encodeText>;

/** A file that goes out; its bytes are read while they are sent. */
export interface CallFile {
  readonly kind: MediaKind;
  readonly media: MediaRef;
  /** What the file is called there: Telegram reads some types from it. */
  readonly name: string;
  readonly caption: CallText;
}

interface New {
  readonly chat: ChatId;
  readonly replyTo: number | null;
}

interface Change {
  readonly chat: ChatId;
  readonly target: number;
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Those that make a message, each time a new one. */
export type NewCall =
  | (New & { readonly method: "sendMessage"; readonly body: CallText; readonly quiet: boolean })
  | (New & { readonly method: "sendFile"; readonly file: CallFile })
  | (New & { readonly method: "sendMediaGroup"; readonly files: readonly CallFile[] })
  | (New & Place & { readonly method: "sendLocation" })
  | (New & Place & { readonly method: "sendVenue"; readonly title: string; readonly address: string })
  | (New & {
    readonly method: "sendContact";
    readonly phone: string;
    readonly name: string;
    readonly vcard: string | null;
  })
  | (New & {
    readonly method: "sendPoll";
    readonly question: string;
    readonly options: readonly string[];
    readonly multiple: boolean;
  });

/** Those that change what is there: twice is once. */
export type ChangeCall =
  | (Change & { readonly method: "stopPoll" })
  | (Change & { readonly method: "editMessageText"; readonly body: CallText })
  | (Change & { readonly method: "editMessageCaption"; readonly body: CallText })
  | (Change & { readonly method: "deleteMessage" })
  | (Change & { readonly method: "setMessageReaction"; readonly reaction: ReactionTypeEmoji[] })
  | { readonly method: "setChatTitle"; readonly chat: ChatId; readonly title: string }
  | { readonly method: "setChatDescription"; readonly chat: ChatId; readonly description: string }
  | { readonly method: "setChatPhoto"; readonly chat: ChatId; readonly media: MediaRef }
  | { readonly method: "deleteChatPhoto"; readonly chat: ChatId }
  | { readonly method: "leaveChat"; readonly chat: ChatId };

/** One call. */
export type Call = NewCall | ChangeCall;

/** Whether the call makes a message. */
export function isNew(call: Call): call is NewCall {
  return "replyTo" in call;
}
