/** What our account does in a simulated chat: one op each, refused as the real messenger would refuse it. */
import type { MediaRef, NativeId, NativeOp, Receipt, RichText } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, RetryLater, type SendOptions } from "../../actors/ports/mod.ts";
import type { Chat } from "./chat.ts";
import {
  type Refusal,
  refuseAlbum,
  refuseDescription,
  refuseFile,
  refuseIcon,
  refuseKind,
  refusePoll,
  refuseText,
  refuseTimer,
  refuseTitle,
  refuseType,
} from "../shared/refusals.ts";
import { reactionOf, refuseDelete, refuseEdit, refuseReaction, refuseWords } from "./refusals.ts";
import type { Network } from "./network.ts";
import type { Held, Message } from "./records.ts";

/** How long to wait after a file could not be read to its end. */
const FILE_RETRY_MS = 1000;
const NO_WORDS: RichText = { text: "", spans: [] };

type OpOf<Type extends NativeOp["type"]> = Extract<NativeOp, { readonly type: Type }>;
type Item = OpOf<"album">["items"][number];

/** Where our account acts, and when. */
export interface Scene {
  readonly network: Network;
  readonly chat: Chat;
  readonly options: SendOptions;
  readonly now: number;
}

/** Does it; nothing is on the disk yet. @throws {DeliveryFailure} */
export async function perform(scene: Scene, op: Exclude<NativeOp, { type: "leave" }>): Promise<Receipt> {
  const { network: { traits }, chat } = scene;
  switch (op.type) {
    case "post":
      reject(refuseText(op.text.text, traits));
      return say(scene, [{ body: op.text }], op.replyTo);
    case "media":
      return await sendFiles(scene, [op], op.replyTo);
    case "album":
      reject(refuseAlbum(op.items, traits));
      return await sendFiles(scene, op.items, op.replyTo);
    case "location":
    case "contact":
      reject(refuseKind(op.type, traits));
      return say(scene, [{ body: NO_WORDS, held: heldIn(op) }], op.replyTo);
    case "poll":
      reject(refusePoll(op, traits));
      return say(scene, [{ body: NO_WORDS, held: heldIn(op) }], op.replyTo);
    case "close-poll":
      return closePoll(scene, op);
    case "edit":
      return edit(scene, op);
    case "delete":
      return remove(scene, op);
    case "react":
      return react(scene, op);
    case "title":
      reject(refuseTitle(op.title, traits));
      return changed(scene, () => chat.change({ title: op.title }));
    case "description":
      reject(refuseDescription(op.description, traits));
      return changed(scene, () => chat.change({ description: op.description }));
    case "icon":
      return await setIcon(scene, op);
    case "timer":
      reject(refuseTimer(op.seconds, traits));
      return changed(scene, () => chat.change({ timer: op.seconds === 0 ? undefined : op.seconds }));
    default:
      return op satisfies never;
  }
}

interface Said {
  readonly body: RichText;
  readonly held?: Held;
}

/** One message for each of `all`. */
function say({ chat, network, options: { opId }, now }: Scene, all: readonly Said[], to?: NativeId): Receipt {
  const { traits } = network;
  // A reply to what is not there (any more) goes out as a plain message, as on the real ones.
  const replyTo = to === undefined ? null : chat.find(to)?.ids[0] ?? null;
  const messages = all.map(({ body, held }, part) => {
    const id = traits.ids.message({ chat: chat.id, n: 0, at: now, from: null, opId, part });
    const before = traits.choosesIds ? chat.find(id) : null;
    return before ?? chat.post({ from: null, at: now, body, replyTo, opId, part, held });
  });
  return { ids: messages.flatMap(({ ids }) => ids.slice(0, 1)), at: messages[0]?.at ?? now };
}

/** Nothing is said before all of them are read. */
async function sendFiles(scene: Scene, items: readonly Item[], replyTo?: NativeId): Promise<Receipt> {
  const { network: { files, traits } } = scene;
  for (const item of items) {
    reject(refuseFile(item, traits));
    reject(refuseType(item, traits));
  }
  const said: (Said & { readonly held: Held })[] = [];
  const album = items.length > 1 ? crypto.randomUUID() : undefined;
  try {
    for (const { kind, media, caption } of items) {
      const maxBytes = traits.capabilities.media[kind]?.maxBytes ?? 0;
      const file = { kind, media: await take(scene, media, maxBytes) };
      said.push({ body: caption, held: album === undefined ? { file } : { file, album } });
    }
  } catch (error) {
    for (const { held } of said) if (held.file !== undefined) files.drop(held.file.media.native);
    throw error;
  }
  return say(scene, said, replyTo);
}

/** Reads a file onto the messenger's disk. */
async function take({ network, options }: Scene, media: MediaRef, maxBytes: number): Promise<MediaRef> {
  if (options.media === undefined) {
    throw new Rejected("Cannot send the file as there must be a way to read it: there is none", "invalid");
  }
  try {
    const { body } = await options.media(media);
    const { id, bytes } = await network.files.put(body, { mime: media.mime, maxBytes });
    if (bytes > 0) return { ...media, native: id, bytes };
    network.files.drop(id);
    throw new Rejected("Cannot send the file as there must be something in it: there is nothing", "invalid");
  } catch (error) {
    if (isDeliveryFailure(error)) throw error;
    throw new RetryLater("Cannot send the file as it could not be read to its end", FILE_RETRY_MS);
  }
}

function heldIn(op: OpOf<"location" | "contact" | "poll">): Held {
  switch (op.type) {
    case "location": {
      const { latitude, longitude, label, address } = op;
      const named = {
        ...(label === undefined ? {} : { label }),
        ...(address === undefined ? {} : { address }),
      };
      return { location: { latitude, longitude, ...named } };
    }
    case "contact":
      return { contact: { name: op.name, phones: op.phones } };
    case "poll": {
      const { question, options, multiple } = op;
      return { poll: { question, options, multiple, votes: {}, closed: false } };
    }
    default:
      return op satisfies never;
  }
}

function closePoll(scene: Scene, op: OpOf<"close-poll">): Receipt {
  const { chat, network: { traits } } = scene;
  const message = target(chat, op.target);
  const { poll, from } = message;
  if (poll === undefined || from !== null || traits.capabilities.poll?.closes !== true) {
    throw new Rejected("Cannot end the poll as it must be one of ours, where polls can be ended", "invalid");
  }
  return changed(scene, () => chat.alter(message, { poll: { ...poll, closed: true } }));
}

function edit({ network: { traits }, chat, now }: Scene, op: OpOf<"edit">): Receipt {
  const message = target(chat, op.target);
  if (message.deleted) throw new Rejected("Cannot edit the message as it was deleted", "no-target");
  reject(refuseEdit(message, { by: null, now }, traits));
  if (op.caption === true && (traits.capabilities.edit.captions ?? "none") === "none") {
    throw new Rejected(
      "Cannot edit the words under a file as the messenger must let us: it does not",
      "invalid",
    );
  }
  if ((op.caption === true) !== (message.file !== undefined)) {
    throw new Rejected(
      "Cannot edit the message as it must be what it is taken for: a text, or a file",
      "invalid",
    );
  }
  reject(refuseWords(message, op.text.text, traits));
  const alias = chat.edit(message, op.text, now);
  return { ids: alias === null ? [] : [alias], at: now };
}

function remove({ network, chat, now }: Scene, op: OpOf<"delete">): Receipt {
  const message = target(chat, op.target);
  // Deleted is what it should be: a retry finds it so.
  if (message.deleted) return { ids: [], at: now };
  reject(refuseDelete(message, { by: null, now }, network.traits));
  chat.delete(message);
  return { ids: [], at: now };
}

function react({ network, chat, now }: Scene, op: OpOf<"react">): Receipt {
  const emoji = reactionOf(op.emoji ?? "", network.traits);
  reject(refuseReaction(emoji, network.traits));
  const message = target(chat, op.target);
  if (message.deleted) throw new Rejected("Cannot react as the message was deleted", "no-target");
  chat.react(message, null, emoji);
  return { ids: [], at: now };
}

async function setIcon(scene: Scene, { media }: OpOf<"icon">): Promise<Receipt> {
  const { chat, network: { traits } } = scene;
  if (media === null) return changed(scene, () => chat.setIcon(undefined));
  reject(refuseIcon(media, traits));
  const icon = await take(scene, media, traits.capabilities.icon?.maxBytes ?? 0);
  return changed(scene, () => chat.setIcon(icon));
}

function changed({ now }: Scene, change: () => void): Receipt {
  change();
  return { ids: [], at: now };
}

function target(chat: Chat, id: NativeId): Message {
  const message = chat.find(id);
  if (message !== null) return message;
  throw new Rejected("Cannot find the message in this chat", "no-target");
}

function reject(refusal: Refusal | null): void {
  if (refusal !== null) throw new Rejected(refusal.message, refusal.reason);
}
