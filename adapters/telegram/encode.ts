/** NativeOps as Bot API calls. Pure: which call with which payload. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { ChatId, NativeId, NativeOp, RichText } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import { carried } from "../shared/uncarried.ts";
import type { Call, CallText, NewCall } from "./calls.ts";
import { REACTIONS, TELEGRAM } from "./capabilities.ts";
import { albumOf, captionOf, fileOf, pictureOf } from "./encode_files.ts";
import { encodeText } from "./markup.ts";
import { messageIdOf } from "./native_ids.ts";
import { vcardOf } from "./vcard.ts";

type OpOf<Type extends NativeOp["type"]> = Extract<NativeOp, { type: Type }>;

/** What the table carries. */
const MAKING = ["post", "media", "album", "location", "contact", "poll"] as const;
const CARRIED = [
  ...MAKING,
  ...["close-poll", "edit", "delete", "react", "title", "description", "icon", "leave"] as const,
] as const;

/** Decimal places of a place in words: about a metre. */
const PLACES = 5;

/** The call for `op`. @throws {Rejected} where Telegram would refuse it anyway */
export function encode(chat: ChatId, wanted: NativeOp): Call {
  const op = carried(wanted, CARRIED);
  switch (op.type) {
    case "close-poll":
      return { method: "stopPoll", chat, target: messageIdOf(chat, op.target) };
    case "edit":
      return editOf(chat, op);
    case "delete":
      return { method: "deleteMessage", chat, target: messageIdOf(chat, op.target) };
    case "react": {
      const reaction = reactionOf(op.emoji);
      return { method: "setMessageReaction", chat, target: messageIdOf(chat, op.target), reaction };
    }
    case "title":
      return { method: "setChatTitle", chat, title: checkedTitle(op.title) };
    case "description":
      return { method: "setChatDescription", chat, description: checkedDescription(op.description) };
    case "icon":
      return op.media === null
        ? { method: "deleteChatPhoto", chat }
        : { method: "setChatPhoto", chat, media: pictureOf(op.media) };
    case "leave":
      return { method: "leaveChat", chat };
    default:
      return messageOf(chat, op);
  }
}

/** What makes a message. */
function messageOf(chat: ChatId, op: OpOf<(typeof MAKING)[number]>): NewCall {
  const head = { chat, replyTo: replyOf(chat, op.replyTo) };
  switch (op.type) {
    case "post":
      return { method: "sendMessage", ...head, body: bodyOf(op.text), quiet: op.quiet === true };
    case "media":
      return { method: "sendFile", ...head, file: fileOf(op) };
    case "album":
      return { method: "sendMediaGroup", ...head, files: albumOf(op.items) };
    case "location":
      return { ...head, ...placeOf(op) };
    case "contact":
      return { method: "sendContact", ...head, ...cardOf(op) };
    case "poll":
      return { method: "sendPoll", ...head, ...pollOf(op) };
    default:
      return op satisfies never;
  }
}

function replyOf(chat: ChatId, replyTo: NativeId | undefined): number | null {
  return replyTo === undefined ? null : messageIdOf(chat, replyTo);
}

function editOf(chat: ChatId, { target, text, caption = false }: OpOf<"edit">): Call {
  const at = { chat, target: messageIdOf(chat, target) };
  if (!caption) return { method: "editMessageText", ...at, body: bodyOf(text) };
  return { method: "editMessageCaption", ...at, body: captionOf(text) };
}

/** `title`, if Telegram takes it. @throws {Rejected} */
export function checkedTitle(title: string): string {
  const problem = titleProblem(title, TELEGRAM);
  if (problem === null) return title;
  throw new Rejected(`Cannot set the title as ${problem}`, title === "" ? "invalid" : "too-large");
}

function checkedDescription(description: string): string {
  const max = TELEGRAM.description?.maxUtf16 ?? 0;
  if (description.length <= max) return description;
  throw new Rejected(
    `Cannot set the description as it must have at most ${max} UTF-16 units: current length is ${description.length}`,
    "too-large",
  );
}

function bodyOf(text: RichText): CallText {
  const problem = textProblem(text.text, TELEGRAM);
  if (problem === null) return encodeText(text);
  throw new Rejected(`Cannot send the text as ${problem}`, text.text === "" ? "invalid" : "too-large");
}

/** A place with a name is a venue, which has to have an address: where there is none, where it lies stands for it. */
function placeOf({ latitude, longitude, label = "", address = "" }: OpOf<"location">): PlaceCall {
  const [title, ...more] = [label, address].filter((one) => one.trim() !== "");
  if (title === undefined) return { method: "sendLocation", latitude, longitude };
  const where = `${latitude.toFixed(PLACES)}, ${longitude.toFixed(PLACES)}`;
  return { method: "sendVenue", latitude, longitude, title, address: more[0] ?? where };
}

type PlaceCall =
  | Omit<Extract<NewCall, { method: "sendLocation" }>, "chat" | "replyTo">
  | Omit<Extract<NewCall, { method: "sendVenue" }>, "chat" | "replyTo">;

function cardOf(
  { name, phones }: OpOf<"contact">,
): Pick<Extract<NewCall, { method: "sendContact" }>, "phone" | "name" | "vcard"> {
  const [phone = ""] = phones;
  if (name.trim() === "" || phone.trim() === "") {
    throw new Rejected("Cannot send the card as it must have a name and a number: one is empty", "invalid");
  }
  return { phone, name, vcard: phones.length > 1 ? vcardOf(name, phones) : null };
}

function pollOf(
  { question, options, multiple }: OpOf<"poll">,
): Pick<Extract<NewCall, { method: "sendPoll" }>, "question" | "options" | "multiple"> {
  const { questionUtf16 = 0, options: max = 0, optionUtf16 = 0 } = TELEGRAM.poll ?? {};
  const long = question.length > questionUtf16 || options.some((option) => option.length > optionUtf16);
  if (long || options.length > max) {
    throw new Rejected(
      "Cannot send the poll as it must keep to the table's limits: it is larger",
      "too-large",
    );
  }
  if (question.trim() === "" || options.some((option) => option.trim() === "")) {
    throw new Rejected("Cannot send the poll as its words must not be empty: some are", "invalid");
  }
  return { question, options, multiple };
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
