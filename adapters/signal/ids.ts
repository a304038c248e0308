/**
 * Signal names a message by its author and the time at which they sent it; an edit gives it a further time. A native id
 * is both: `<ACI of the author>:<ms since 1970>`, and for the second and further files of one message `:<index>` more.
 */
import { NativeId } from "../../actors/model/mod.ts";

const MESSAGE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,16})(?::\d{1,2})?$/;

/** A message, as Signal names it. */
export interface SignalMessage {
  readonly author: string;
  /** ms since 1970. */
  readonly timestamp: number;
}

/** The id of a message. `index` counts its files. */
export function messageId({ author, timestamp }: SignalMessage, index = 0): NativeId {
  return NativeId.parse(`${author}:${timestamp}${index === 0 ? "" : `:${index}`}`);
}

/** The message that an id means, or null where it is none of Signal's. */
export function parseMessageId(id: NativeId): SignalMessage | null {
  const [, author, timestamp] = MESSAGE.exec(id) ?? [];
  return author === undefined ? null : { author, timestamp: Number(timestamp) };
}
