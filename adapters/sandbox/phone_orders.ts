/** What somebody on a simulated phone does, and what our account is told of it. */
import { type Content, type Event, type RichText, type Span, textContent } from "../../actors/model/mod.ts";
import { refuseText } from "../shared/refusals.ts";
import { reactionOf, refuseDelete, refuseEdit, refuseReaction, refuseWords } from "./refusals.ts";
import {
  closePoll,
  endLive,
  type PhoneCard,
  type PhoneFile,
  type PhonePlace,
  type PhonePoll,
  say,
  type Saying,
  sendCard,
  sendFile,
  sendPlace,
  sendPoll,
  vote,
} from "./phone_kinds.ts";
import { pin, setDescription, setIcon, setTimer, setTitle } from "./phone_looks.ts";
import { author, firstId, head, invalid, living, refuse, type Scene, tell, visible } from "./phone_scene.ts";
import type { Message } from "./records.ts";

/** What a phone is told to do. `target` and `replyTo` are ids of messages that it sees. */
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
  /** How it is formatted, where the messenger has a menu for that; absent: as its marks are typed. */
  readonly spans?: readonly Span[];
  readonly emoji?: string;
  readonly target?: string;
  readonly replyTo?: string;
  /** Of an `icon`: absent takes the picture away. */
  readonly file?: PhoneFile;
  readonly poll?: PhonePoll;
  /** The whole choice, by place in the poll. */
  readonly choice?: readonly number[];
  readonly location?: PhonePlace;
  readonly contact?: PhoneCard;
  /** False takes it off. */
  readonly pinned?: boolean;
  readonly seconds?: number;
}

type Sent = Promise<{ readonly messageId: string }>;

/** Resolves when the relay has what was sent, or nobody of it is there to be told. */
export async function perform(scene: Scene, order: PhoneOrder): Sent {
  const { text = "", target } = order;
  switch (order.type) {
    case "text":
      return await sendText(scene, order);
    case "edit":
      return await sendEdit(scene, order);
    case "delete":
      return await sendDelete(scene, target);
    case "reaction":
      return await sendReaction(scene, order);
    case "file":
      return await sendFile(scene, given(order.file), {
        ...saying(scene, order),
        words: words(scene, order),
      });
    case "poll":
      return await sendPoll(scene, given(order.poll), saying(scene, order));
    case "vote":
      return await vote(scene, target, order.choice ?? []);
    case "close-poll":
      return await closePoll(scene, target);
    case "location":
      return await sendPlace(scene, given(order.location), saying(scene, order));
    case "live-end":
      return await endLive(scene, target);
    case "contact":
      return await sendCard(scene, given(order.contact), saying(scene, order));
    case "pin":
      return await pin(scene, target, order.pinned ?? true);
    case "title":
      return await setTitle(scene, text);
    case "description":
      return await setDescription(scene, text);
    case "icon":
      return await setIcon(scene, order.file);
    case "timer":
      return await setTimer(scene, order.seconds ?? 0);
    default:
      return order.type satisfies never;
  }
}

function given<T>(what: T | undefined): T {
  if (what === undefined) {
    throw invalid("Cannot send it as there must be something to send: there is nothing");
  }
  return what;
}

/** What is typed, as the messenger understands it, or as its menu has formatted it. */
function words({ network: { traits } }: Scene, { text = "", spans }: PhoneOrder): RichText {
  if (spans === undefined) return traits.decode(text);
  const table = traits.capabilities.text.spans;
  const stranger = spans.find(({ type }) => (table[type] ?? "none") === "none" || type === "mention");
  if (stranger === undefined) return { text, spans: [...spans] };
  throw invalid(`Cannot format it as ${stranger.type} as this messenger has no such format`);
}

function saying(scene: Scene, { replyTo }: PhoneOrder): Saying {
  return { replyTo: replyTo === undefined ? null : visible(scene, replyTo).ids[0] ?? null };
}

async function sendText(scene: Scene, order: PhoneOrder): Sent {
  refuse(refuseText(order.text ?? "", scene.network.traits));
  const body = words(scene, order);
  return await say(scene, { ...saying(scene, order), words: body, content: textContent(body) });
}

async function sendEdit(scene: Scene, order: PhoneOrder): Sent {
  const { network: { traits }, chat, phone, now } = scene;
  const message = living(scene, order.target);
  refuse(refuseWords(message, order.text ?? "", traits));
  refuse(refuseEdit(message, { by: phone.native, now }, traits));
  const body = words(scene, order);
  const alias = chat.edit(message, body, now);
  const event: Event = {
    ...head(chat, now),
    type: "edit",
    author: author(scene),
    target: { native: firstId(message) },
    content: contentOf(message, body),
    ...(alias === null ? {} : { alias }),
  };
  await tell(scene.network, chat, traits.capabilities.sees.edits ? event : null);
  return { messageId: firstId(message) };
}

function contentOf({ file, album }: Message, body: RichText): Content {
  if (file === undefined) return textContent(body);
  return { type: "media", ...file, caption: body, ...(album === undefined ? {} : { album }) };
}

async function sendDelete(scene: Scene, target: string | undefined): Sent {
  const { network, chat, phone, now } = scene;
  const message = living(scene, target);
  refuse(refuseDelete(message, { by: phone.native, now }, network.traits));
  chat.delete(message);
  const event: Event = {
    ...head(chat, now),
    type: "delete",
    author: author(scene),
    target: { native: firstId(message) },
  };
  await tell(network, chat, network.traits.capabilities.sees.deletes ? event : null);
  return { messageId: firstId(message) };
}

async function sendReaction(scene: Scene, { emoji = "", target }: PhoneOrder): Sent {
  const { network, chat, phone, now } = scene;
  const message = living(scene, target);
  const wanted = reactionOf(emoji, network.traits);
  refuse(refuseReaction(wanted, network.traits));
  chat.react(message, phone.native, wanted);
  const event: Event = {
    ...head(chat, now),
    type: "reaction",
    author: author(scene),
    target: { native: firstId(message) },
    emoji: wanted === "" ? [] : [wanted],
  };
  await tell(network, chat, network.traits.capabilities.sees.reactions ? event : null);
  return { messageId: firstId(message) };
}
