/** Ops as signal-cli's calls. Pure. */
import { type NativeOp, plain, type RichText } from "../../actors/model/mod.ts";
import { joinText } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import type { FileItem } from "./attach.ts";
import { hasNoUrgent, SIGNAL } from "./capabilities.ts";
import type { SignalMessage } from "./ids.ts";
import { encodeMentions, encodeStyles } from "./markup.ts";
import type { Params } from "./requests.ts";

/** An op that is sent to the members of a group. */
export type MessageOp = Extract<
  NativeOp,
  { readonly type: "post" | "media" | "album" | "poll" | "close-poll" | "edit" | "delete" | "react" }
>;

/** One call that sends. */
export type Call =
  | { readonly method: "send"; readonly params: Params<"send"> }
  | { readonly method: "sendReaction"; readonly params: Params<"sendReaction"> }
  | { readonly method: "remoteDelete"; readonly params: Params<"remoteDelete"> }
  | { readonly method: "sendPollCreate"; readonly params: Params<"sendPollCreate"> }
  | { readonly method: "sendPollTerminate"; readonly params: Params<"sendPollTerminate"> };

/** What an op is encoded with. */
export interface EncodeContext {
  readonly groupId: string;
  /** Our own ACI. */
  readonly me: string;
  /** Of signal-cli. */
  readonly version: string;
  /** The message that is meant, by its newest time; null where it cannot be named. */
  readonly target: SignalMessage | null;
  /** The files of the op, as `send` takes them. */
  readonly attachment: readonly string[];
}

/** The files that an op carries, in order. */
export function filesOf(op: MessageOp): readonly (FileItem & { readonly caption: RichText })[] {
  if (op.type === "media") return [op];
  return op.type === "album" ? op.items : [];
}

/** @throws {Rejected} `no-target` where the message that is meant cannot be named */
export function encode(op: MessageOp, context: EncodeContext): Call {
  const { groupId, target, version } = context;
  switch (op.type) {
    case "post": {
      const quiet = op.quiet === true && hasNoUrgent(version) ? { noUrgent: true } : {};
      const params = { groupId, ...typed(op.text), ...quoting(op.quoting, target), ...quiet };
      return { method: "send", params };
    }
    case "media":
    case "album":
      return withFiles(op, context);
    case "poll":
      return { method: "sendPollCreate", params: { groupId, ...pollOf(op) } };
    case "close-poll":
      return { method: "sendPollTerminate", params: { groupId, pollTimestamp: ours(context) } };
    case "edit":
      return { method: "send", params: { groupId, ...typed(op.text), editTimestamp: ours(context) } };
    case "delete":
      return { method: "remoteDelete", params: { groupId, targetTimestamp: ours(context) } };
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

/** `description`, if Signal takes it. @throws {Rejected} */
export function checkedDescription(description: string): string {
  const most = SIGNAL.description?.maxUtf16 ?? 0;
  return atMost(description, most, "set the description");
}

/** What Signal has words for: one text below all files. */
function withFiles(
  op: Extract<MessageOp, { type: "media" | "album" }>,
  { groupId, target, attachment }: EncodeContext,
): Call {
  const captions = filesOf(op).map(({ caption }) => caption).filter(({ text }) => text !== "");
  const words = captions.reduce(
    (all, one) => all.text === "" ? one : joinText(all, "\n", one),
    plain(""),
  );
  const said = words.text === "" ? { message: "" } : typed(words);
  const voice = op.type === "media" && op.kind === "voice";
  const params = { groupId, ...said, attachment: [...attachment], ...quoting(op.quoting, target) };
  return { method: "send", params: voice ? { ...params, voiceNote: true } : params };
}

function pollOf(
  { question, options, multiple }: Extract<MessageOp, { type: "poll" }>,
): Pick<Params<"sendPollCreate">, "question" | "option" | "noMulti"> {
  const { poll } = SIGNAL;
  if (poll === undefined || options.length > poll.options || options.some((option) => option === "")) {
    throw new Rejected("Cannot send the poll as its options must be such as Signal takes them", "invalid");
  }
  return {
    question: atMost(question, poll.questionUtf16, "send the poll"),
    option: options.map((option) => atMost(option, poll.optionUtf16, "send the poll")),
    noMulti: !multiple,
  };
}

function atMost(text: string, most: number, what: string): string {
  if (text.length <= most) return text;
  const length = `current length is ${text.length}`;
  throw new Rejected(`Cannot ${what} as it must have at most ${most} UTF-16 units: ${length}`, "too-large");
}

/** The text with its styles. */
function typed(rich: RichText): Pick<Params<"send">, "message" | "textStyle" | "mention"> {
  const problem = textProblem(rich.text, SIGNAL);
  if (problem === null) return { message: rich.text, ...stylesOf(rich) };
  throw new Rejected(`Cannot send the text as ${problem}`, rich.text === "" ? "invalid" : "too-large");
}

function stylesOf(rich: RichText): Pick<Params<"send">, "textStyle" | "mention"> {
  const [textStyle, mention] = [encodeStyles(rich), encodeMentions(rich)];
  return { ...(textStyle.length === 0 ? {} : { textStyle }), ...(mention.length === 0 ? {} : { mention }) };
}

/** What cannot be quoted (any more) is still worth saying. */
function quoting(words: string | undefined, target: SignalMessage | null): Partial<Params<"send">> {
  if (target === null) return {};
  const { author: quoteAuthor, timestamp: quoteTimestamp } = target;
  return { quoteTimestamp, quoteAuthor, quoteMessage: words ?? "" };
}

/** The time of a message that is ours to change. @throws {Rejected} */
function ours({ me, target }: EncodeContext): number {
  if (target?.author === me) return target.timestamp;
  throw new Rejected(
    "Cannot name the message as it must be one of Signal's, and ours to change: it is not",
    "no-target",
  );
}

function noTarget(): Rejected {
  return new Rejected("Cannot name the message as it must be one of Signal's: it is not", "no-target");
}
