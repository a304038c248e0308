/** Ops as signal-cli's calls. Pure. */
import type { NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import { SIGNAL } from "./capabilities.ts";
import type { SignalMessage } from "./ids.ts";
import { encodeMentions, encodeStyles } from "./markup.ts";
import type { Params } from "./requests.ts";

/** An op that is sent to the members of a group. */
export type MessageOp = Extract<NativeOp, { readonly type: "post" | "media" | "edit" | "delete" | "react" }>;

/** One call that sends. */
export type Call =
  | { readonly method: "send"; readonly params: Params<"send"> }
  | { readonly method: "sendReaction"; readonly params: Params<"sendReaction"> }
  | { readonly method: "remoteDelete"; readonly params: Params<"remoteDelete"> };

/** What an op is encoded with. */
export interface EncodeContext {
  readonly groupId: string;
  /** Our own ACI. */
  readonly me: string;
  /** The message that is meant, by its newest time; null where it cannot be named. */
  readonly target: SignalMessage | null;
  /** The file of a `media` op, as a path or a data URI. */
  readonly attachment?: string;
}

/** @throws {Rejected} `no-target` where the message that is meant cannot be named */
export function encode(op: MessageOp, context: EncodeContext): Call {
  const { groupId, me, target, attachment } = context;
  switch (op.type) {
    case "post": {
      const words = typed(op.text);
      return { method: "send", params: { groupId, ...words, ...quoting(op.quoting, target) } };
    }
    case "media": {
      const { text, spans } = op.caption;
      const styles = text === "" ? {} : stylesOf({ text, spans });
      const files = attachment === undefined ? {} : { attachment: [attachment] };
      return {
        method: "send",
        params: { groupId, message: text, ...styles, ...files, ...quoting("", target) },
      };
    }
    case "edit":
      if (target?.author !== me) throw noTarget();
      return { method: "send", params: { groupId, ...typed(op.text), editTimestamp: target.timestamp } };
    case "delete":
      if (target?.author !== me) throw noTarget();
      return { method: "remoteDelete", params: { groupId, targetTimestamp: target.timestamp } };
    case "react": {
      if (target === null) throw noTarget();
      // Somebody has one reaction to a message: which one is taken back need not be right.
      const emoji = op.emoji ?? "👍";
      const { author: targetAuthor, timestamp: targetTimestamp } = target;
      const params = { groupId, emoji, targetAuthor, targetTimestamp, remove: op.emoji === null };
      return { method: "sendReaction", params };
    }
    default:
      return op satisfies never;
  }
}

/** `title`, if Signal takes it. @throws {Rejected} */
export function checkedTitle(title: string): string {
  const problem = titleProblem(title, SIGNAL);
  if (problem === null) return title;
  throw new Rejected(`Cannot set the title as ${problem}`, title === "" ? "invalid" : "too-large");
}

/** The text with its styles. */
function typed(
  rich: Extract<NativeOp, { type: "post" }>["text"],
): Pick<Params<"send">, "message" | "textStyle" | "mention"> {
  const problem = textProblem(rich.text, SIGNAL);
  if (problem === null) return { message: rich.text, ...stylesOf(rich) };
  throw new Rejected(`Cannot send the text as ${problem}`, rich.text === "" ? "invalid" : "too-large");
}

function stylesOf(
  rich: Extract<NativeOp, { type: "post" }>["text"],
): Pick<Params<"send">, "textStyle" | "mention"> {
  const [textStyle, mention] = [encodeStyles(rich), encodeMentions(rich)];
  return { ...(textStyle.length === 0 ? {} : { textStyle }), ...(mention.length === 0 ? {} : { mention }) };
}

/** What cannot be quoted (any more) is still worth saying. */
function quoting(words: string | undefined, target: SignalMessage | null): Partial<Params<"send">> {
  if (target === null) return {};
  const { author: quoteAuthor, timestamp: quoteTimestamp } = target;
  return { quoteTimestamp, quoteAuthor, quoteMessage: words ?? "" };
}

function noTarget(): Rejected {
  return new Rejected(
    "Cannot name the message as it must be one of Signal's, and ours to change: it is not",
    "no-target",
  );
}
