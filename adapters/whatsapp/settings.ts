/** What a group is called, what stands under it, its picture, and how long messages stay. */
import type { ChatId, NativeOp } from "../../actors/model/mod.ts";
import { Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { WHATSAPP } from "./capabilities.ts";
import { checkedTitle } from "./encode.ts";
import { asked } from "./failures.ts";
import type { Groups } from "./groups.ts";
import type { Socket } from "./line.ts";
import { limited, readFile } from "./media.ts";
import { setPicture } from "./pictures.ts";

/** An op that changes the group, and makes no message. */
export type SettingOp = Extract<NativeOp, { readonly type: "title" | "description" | "icon" | "timer" }>;

/** One change, and where. */
export interface Setting {
  readonly chat: ChatId;
  readonly op: SettingOp;
  /** Reads the picture. */
  readonly media?: SendOptions["media"];
}

/** What changes are made with. */
export interface SettingDeps {
  readonly socket: Socket;
  readonly groups: Groups;
}

/** @throws {DeliveryFailure} */
export async function change({ socket, groups }: SettingDeps, setting: Setting): Promise<void> {
  const { chat, op } = setting;
  switch (op.type) {
    case "title":
      return await asked("set the title", socket.groupUpdateSubject(chat, checkedTitle(op.title)));
    case "description": {
      const words = checkedDescription(op.description);
      return await asked("set the description", socket.groupUpdateDescription(chat, words));
    }
    case "icon":
      return await setPicture(socket, chat, op.media === null ? null : await pictureOf(op.media, setting));
    case "timer":
      await asked("set the timer", socket.groupToggleEphemeral(chat, checkedTimer(op.seconds)));
      // Every message says for how long it stays.
      return groups.forget(chat);
    default:
      return op satisfies never;
  }
}

function checkedDescription(description: string): string {
  const { maxUtf16 } = WHATSAPP.description ?? { maxUtf16: 0 };
  if (description.length <= maxUtf16) return description;
  const said = `it must have at most ${maxUtf16} UTF-16 units: current length is ${description.length}`;
  throw new Rejected(`Cannot set the description as ${said}`, "too-large");
}

function checkedTimer(seconds: number): number {
  const known = [0, ...Array.isArray(WHATSAPP.timer) ? WHATSAPP.timer : []];
  if (known.includes(seconds)) return seconds;
  throw new Rejected(`Cannot set the timer as it must be one of ${known.join(", ")}: ${seconds}`, "invalid");
}

/** It goes out in the question itself, so that it is read whole: it is small. */
async function pictureOf(
  icon: NonNullable<Extract<SettingOp, { type: "icon" }>["media"]>,
  { media }: Setting,
): Promise<Uint8Array> {
  const { body } = await readFile(icon, media);
  const { maxBytes } = WHATSAPP.icon ?? { maxBytes: 0 };
  const jpeg = await new Response(limited(body, maxBytes)).bytes();
  if (jpeg.length > 0) return jpeg;
  throw new Rejected("Cannot set the picture as there must be something in it: it is empty", "invalid");
}
