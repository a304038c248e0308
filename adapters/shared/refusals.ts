/** What breaks a capability table, for messengers that are ours: simulations and the browser. Says why without any text of people. */
import type { Capabilities, MediaKind, MediaRef, NativeOp } from "../../actors/model/mod.ts";
import type { RejectReason } from "../../actors/ports/mod.ts";
import { lengthOf, textProblem, titleProblem } from "./limits.ts";
import { takesMime } from "./mimes.ts";

/** Why something will never be done as it stands. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly message: string;
}

/** Whose table it is. */
interface Traits {
  readonly capabilities: Capabilities;
}

type OpOf<Type extends NativeOp["type"]> = Extract<NativeOp, { readonly type: Type }>;
type File = Pick<OpOf<"media">, "kind" | "media" | "caption">;

/** Null: `text` can be sent. */
export function refuseText(text: string, { capabilities }: Traits): Refusal | null {
  const problem = textProblem(text, capabilities);
  if (problem === null) return null;
  return { reason: text === "" ? "invalid" : "too-large", message: `Cannot send the text as ${problem}` };
}

/** Null: `title` can be set. */
export function refuseTitle(title: string, { capabilities }: Traits): Refusal | null {
  const problem = titleProblem(title, capabilities);
  if (problem === null) return null;
  return { reason: title === "" ? "invalid" : "too-large", message: `Cannot set the title as ${problem}` };
}

/** Null: the file can be sent, as far as can be said before it is read. */
export function refuseFile({ kind, media, caption }: File, { capabilities }: Traits): Refusal | null {
  const limits = capabilities.media[kind];
  if (limits === undefined || limits.support === "none") {
    return {
      reason: "invalid",
      message: `Cannot send a ${kind} as the messenger must have such files: it has none`,
    };
  }
  const { maxBytes, maxMs } = limits;
  if (media.bytes !== null && media.bytes > maxBytes) {
    return tooLarge(`a ${kind}`, `${maxBytes} bytes`, media.bytes);
  }
  if (maxMs !== undefined && (media.durationMs ?? 0) > maxMs) {
    return tooLarge(`a ${kind}`, `${maxMs} ms`, media.durationMs ?? 0);
  }
  return caption.text === "" ? null : refuseCaption(caption.text, kind, capabilities);
}

/** Null: these words can stand under a file of this kind. */
export function refuseCaption(words: string, kind: MediaKind, capabilities: Capabilities): Refusal | null {
  if (capabilities.media[kind]?.caption !== true) {
    return { reason: "invalid", message: `Cannot send words with a ${kind} as it must have none` };
  }
  const limit = capabilities.caption ?? capabilities.text.max;
  const length = lengthOf(words, limit.unit);
  return length > limit.count ? tooLarge("words under a file", `${limit.count} ${limit.unit}`, length) : null;
}

/** Null: our account may send a file of this type as this kind. People's phones send what they like. */
export function refuseType({ kind, media }: File, { capabilities }: Traits): Refusal | null {
  const { mimes = [] } = capabilities.media[kind] ?? {};
  return takesMime(mimes, media.mime) ? null : {
    reason: "invalid",
    message: `Cannot send a ${kind} as its type must be one of ${mimes.length}: it is another`,
  };
}

/** Null: these files can be one album. */
export function refuseAlbum(items: OpOf<"album">["items"], { capabilities }: Traits): Refusal | null {
  const { album } = capabilities;
  if (album === undefined) {
    return {
      reason: "invalid",
      message: "Cannot send an album as the messenger must have them: it has none",
    };
  }
  if (items.length > album.max) return tooLarge("an album", `${album.max} files`, items.length);
  const stranger = items.find(({ kind }) => !album.kinds.includes(kind));
  return stranger === undefined ? null : {
    reason: "invalid",
    message: `Cannot send a ${stranger.kind} in an album as it must be one of: ${album.kinds.join(", ")}`,
  };
}

/** Null: such a poll can be sent. */
export function refusePoll(
  { question, options }: Pick<OpOf<"poll">, "question" | "options">,
  { capabilities: { poll } }: Traits,
): Refusal | null {
  if (poll === undefined || poll.support === "none") {
    return { reason: "invalid", message: "Cannot send a poll as the messenger must have them: it has none" };
  }
  if (question === "" || options.length < 2 || options.includes("")) {
    return { reason: "invalid", message: "Cannot send the poll as it must have a question and two options" };
  }
  if (question.length > poll.questionUtf16) {
    return tooLarge("the question", `${poll.questionUtf16} UTF-16 units`, question.length);
  }
  if (options.length > poll.options) return tooLarge("a poll", `${poll.options} options`, options.length);
  const longest = Math.max(...options.map((option) => option.length));
  return longest > poll.optionUtf16
    ? tooLarge("an option", `${poll.optionUtf16} UTF-16 units`, longest)
    : null;
}

/** Null: places, or cards with numbers, can be sent. */
export function refuseKind(kind: "location" | "contact", { capabilities }: Traits): Refusal | null {
  return capabilities[kind] !== "none" ? null : {
    reason: "invalid",
    message: `Cannot send a ${kind} as the messenger must have such messages: it has none`,
  };
}

/** Null: the chat can be described so. */
export function refuseDescription(text: string, { capabilities: { description } }: Traits): Refusal | null {
  if (description === undefined) return notOurs("the description");
  return text.length <= description.maxUtf16
    ? null
    : tooLarge("the description", `${description.maxUtf16} UTF-16 units`, text.length);
}

/** Null: the chat can have such a picture. */
export function refuseIcon({ mime, bytes }: MediaRef, { capabilities: { icon } }: Traits): Refusal | null {
  if (icon === undefined) return notOurs("the picture");
  if (bytes !== null && bytes > icon.maxBytes) {
    return tooLarge("the picture", `${icon.maxBytes} bytes`, bytes);
  }
  return takesMime(icon.mimes, mime) ? null : {
    reason: "invalid",
    message: `Cannot set the picture as its type must be one of ${icon.mimes.length}: it is another`,
  };
}

/** Null: messages can disappear after `seconds`. */
export function refuseTimer(seconds: number, { capabilities: { timer } }: Traits): Refusal | null {
  if (timer === undefined) return notOurs("the timer");
  if (timer === "any" || seconds === 0 || timer.includes(seconds)) return null;
  return {
    reason: "invalid",
    message: `Cannot set the timer as it must be one of ${timer.length} times: it is another`,
  };
}

function notOurs(what: string): Refusal {
  return { reason: "invalid", message: `Cannot set ${what} as the messenger must let us: it does not` };
}

function tooLarge(what: string, most: string, present: number): Refusal {
  return {
    reason: "too-large",
    message: `Cannot send ${what} as it must have at most ${most}: it has ${present}`,
  };
}
