/** Ops that change the group itself: one `updateGroup` each. What comes back as a change is no news. */
import type { ChatId, MediaRef, NativeOp, Receipt } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { groupIcon } from "../shared/icon.ts";
import { bareMime } from "../shared/mimes.ts";
import { SIGNAL } from "./capabilities.ts";
import { checkedDescription, checkedTitle } from "./encode.ts";
import { asked } from "./failures.ts";
import { type Groups, sumOf } from "./groups.ts";
import type { Params } from "./requests.ts";
import type { Rpc } from "./rpc.ts";
import type { GroupRow } from "./session_rows.ts";

/** An op that changes the group itself. */
export type GroupOp = Extract<NativeOp, { readonly type: "title" | "description" | "icon" | "timer" }>;

/** What they are performed with. */
export interface GroupOpDeps {
  readonly rpc: Rpc;
  readonly groups: Groups;
  readonly now: () => number;
}

/** Whether it changes the group itself. */
export function isGroupOp(op: { readonly type: NativeOp["type"] }): op is GroupOp {
  return op.type === "title" || op.type === "description" || op.type === "icon" || op.type === "timer";
}

/** @throws {DeliveryFailure} */
export async function changeGroup(
  { rpc, groups, now }: GroupOpDeps,
  { chat, op, media }: { readonly chat: ChatId; readonly op: GroupOp; readonly media: SendOptions["media"] },
): Promise<Receipt> {
  const { params, told } = await changeOf(op, media);
  await groups.turns.take(async () => {
    await asked(`set the ${op.type}`, rpc.call("updateGroup", { groupId: chat, ...params }));
    const row = await groups.row(chat);
    if (row !== null) await groups.keep(chat, { ...row, ...told });
  });
  return { ids: [], at: now() };
}

/** What signal-cli is told, and what the group's row says from then on. */
interface Change {
  readonly params: Partial<Params<"updateGroup">>;
  readonly told: Partial<GroupRow>;
}

async function changeOf(op: GroupOp, media: SendOptions["media"]): Promise<Change> {
  switch (op.type) {
    case "title": {
      const title = checkedTitle(op.title);
      return { params: { name: title }, told: { title } };
    }
    case "description": {
      const description = checkedDescription(op.description);
      return { params: { description }, told: { description } };
    }
    case "timer":
      return { params: { expiration: op.seconds }, told: { timer: op.seconds } };
    case "icon": {
      // signal-cli takes no picture away: the one that the group was made with comes back.
      const icon = op.media === null
        ? { mime: "image/jpeg", bytes: await groupIcon() }
        : await pictureOf(op.media, media);
      const avatar = `data:${icon.mime};base64,${icon.bytes.toBase64()}`;
      return { params: { avatar }, told: { icon: await sumOf(icon.bytes) } };
    }
    default:
      return op satisfies never;
  }
}

/** Small enough to be held. @throws {Rejected} */
async function pictureOf(
  ref: MediaRef,
  open: SendOptions["media"],
): Promise<{ readonly mime: string; readonly bytes: Uint8Array }> {
  const { mimes = [], maxBytes = 0 } = SIGNAL.icon ?? {};
  const mime = bareMime(ref.mime);
  if (open === undefined || !mimes.includes(mime)) {
    throw new Rejected("Cannot set the picture as it must be one that Signal takes: it is not", "invalid");
  }
  try {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let read = 0;
    for await (const part of (await open(ref)).body) {
      read += part.length;
      if (read > maxBytes) throw new Rejected("Cannot set the picture: it is too large", "too-large");
      parts.push(new Uint8Array(part));
    }
    if (read > 0) return { mime, bytes: await new Blob(parts).bytes() };
  } catch (error) {
    if (isDeliveryFailure(error)) throw error;
  }
  throw new Rejected("Cannot set the picture as it must be readable: it is not", "invalid");
}
