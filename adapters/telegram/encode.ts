/** NativeOps as Bot API calls. Pure: which call with which payload, and whether it may be made twice. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { ChatId, NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import { carried } from "../shared/uncarried.ts";
import { REACTIONS, TELEGRAM } from "./capabilities.ts";
import { encodeText } from "./markup.ts";
import { messageIdOf } from "./native_ids.ts";

type Text = ReturnType<typeof encodeText>;

/** One call, as `perform` makes it. */
export type Call =
  | {
    readonly method: "sendMessage";
    readonly chat: ChatId;
    readonly body: Text;
    readonly replyTo: number | null;
  }
  | {
    readonly method: "editMessageText";
    readonly chat: string;
    readonly target: number;
    readonly body: Text;
  }
  | { readonly method: "deleteMessage"; readonly chat: string; readonly target: number }
  | {
    readonly method: "setMessageReaction";
    readonly chat: string;
    readonly target: number;
    readonly reaction: ReactionTypeEmoji[];
  }
  | { readonly method: "setChatTitle"; readonly chat: string; readonly title: string }
  | { readonly method: "leaveChat"; readonly chat: string };

/** What the table carries. */
const CARRIED = ["post", "edit", "delete", "react", "title", "leave"] as const;

/** The call for `op`. @throws {Rejected} where Telegram would refuse it anyway */
export function encode(chat: ChatId, wanted: NativeOp): Call {
  const op = carried(wanted, CARRIED);
  switch (op.type) {
    case "post": {
      const replyTo = op.replyTo === undefined ? null : messageIdOf(chat, op.replyTo);
      return { method: "sendMessage", chat, body: bodyOf(op.text), replyTo };
    }
    case "edit":
      return { method: "editMessageText", chat, target: messageIdOf(chat, op.target), body: bodyOf(op.text) };
    case "delete":
      return { method: "deleteMessage", chat, target: messageIdOf(chat, op.target) };
    case "react":
      return {
        method: "setMessageReaction",
        chat,
        target: messageIdOf(chat, op.target),
        reaction: reactionOf(op.emoji),
      };
    case "title":
      return { method: "setChatTitle", chat, title: checkedTitle(op.title) };
    case "leave":
      return { method: "leaveChat", chat };
    default:
      return op satisfies never;
  }
}

/** `title`, if Telegram takes it. @throws {Rejected} */
export function checkedTitle(title: string): string {
  const problem = titleProblem(title, TELEGRAM);
  if (problem === null) return title;
  throw new Rejected(`Cannot set the title as ${problem}`, title === "" ? "invalid" : "too-large");
}

function bodyOf(text: Parameters<typeof encodeText>[0]): Text {
  const problem = textProblem(text.text, TELEGRAM);
  if (problem === null) return encodeText(text);
  throw new Rejected(`Cannot send the text as ${problem}`, text.text === "" ? "invalid" : "too-large");
}

function reactionOf(emoji: string | null): ReactionTypeEmoji[] {
  if (emoji === null) return [];
  // Telegram writes its emoji without variation selectors; phones type them with.
  const bare = emoji.replaceAll("\ufe0f", "");
  const known = [emoji, bare].find(isReaction);
  if (known === undefined) {
    throw new Rejected("Cannot react with an emoji outside of Telegram's fixed set", "invalid");
  }
  return [{ type: "emoji", emoji: known }];
}

function isReaction(emoji: string): emoji is ReactionTypeEmoji["emoji"] {
  return REACTIONS.includes(emoji);
}
