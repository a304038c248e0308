/** The picture of a group, which signal-cli has downloaded. It does not say that one was taken away, nor that it changed. */
import type { ChatId } from "../../actors/model/mod.ts";
import { sumOf } from "./groups.ts";
import { type Rpc, RpcRefused } from "./rpc.ts";

/** The clients read none that is larger, bytes. */
const ICON_MAX = 10 * 1024 * 1024;

/** Its SHA-256; null: there is none; undefined: nobody can say. */
export async function iconSum(
  rpc: Rpc,
  chat: ChatId,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const part of rpc.file("getAvatar", { groupId: chat }, { signal })) {
      bytes += part.length;
      if (bytes > ICON_MAX) return undefined;
      parts.push(part);
    }
  } catch (error) {
    return error instanceof RpcRefused ? null : undefined;
  }
  return bytes === 0 ? null : await sumOf(await new Blob(parts).bytes());
}
