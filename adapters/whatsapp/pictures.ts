/** Pictures of groups: set and taken away by WhatsApp's own question, and read by an address that it gives for a while. */
import { type MediaStream, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { asked, codeOf } from "./failures.ts";
import type { Socket } from "./line.ts";
import { limited } from "./media.ts";

/** WhatsApp shows 640 by 640 pixels; nobody needs more. */
const PICTURE_MAX_BYTES = 4 * 1024 * 1024;
const FAULT_MS = 5_000;
/** There is none, or none for us. */
const MISSING = [401, 403, 404, 410];

/** Shows a picture, a JPEG of the size that WhatsApp shows; `null`: none. Baileys' own way would work on the image. */
export async function setPicture(socket: Socket, chat: string, jpeg: Uint8Array | null): Promise<void> {
  const content = jpeg === null ? [] : [{ tag: "picture", attrs: { type: "image" }, content: jpeg }];
  await asked(
    "set the picture",
    socket.query({
      tag: "iq",
      attrs: { target: chat, to: "s.whatsapp.net", type: "set", xmlns: "w:profile:picture" },
      ...(content.length === 0 ? {} : { content }),
    }),
  );
}

/** Reads the picture that a group has now. @throws {DeliveryFailure} */
export async function openPicture(socket: Socket, chat: string, signal: AbortSignal): Promise<MediaStream> {
  const address = await addressOf(socket, chat);
  // The server names the place: it must be one of its own.
  const url = address === null ? null : URL.parse(address);
  if (url?.protocol !== "https:" || !url.hostname.endsWith(".whatsapp.net")) throw noPicture();
  const response = await fetch(url, { signal, redirect: "error" }).catch(() => null);
  if (response === null || response.status >= 500) {
    await response?.body?.cancel();
    throw new RetryLater("Cannot read the picture: the line to WhatsApp broke", FAULT_MS, "account");
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw noPicture();
  }
  const body = limited(response.body, PICTURE_MAX_BYTES);
  return { mime: response.headers.get("content-type") ?? "image/jpeg", bytes: null, body };
}

async function addressOf(socket: Socket, chat: string): Promise<string | null> {
  try {
    return await socket.profilePictureUrl(chat, "image") ?? null;
  } catch (error) {
    if (MISSING.includes(codeOf(error) ?? 0)) return null;
    return await asked("find the picture", Promise.reject(error));
  }
}

function noPicture(): Rejected {
  return new Rejected("Cannot read the picture as the group must have one: it has none", "no-target");
}
