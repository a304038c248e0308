/** Long texts: old versions of signal-cli have the beginning in the message, and all of it in a file. */
import type { Rpc } from "./rpc.ts";
import type { DataMessage } from "./wire.ts";

/** What the file of a long text is. */
export const LONG_TEXT = "text/x-signal-plain";
/** The clients take 64 KiB, bytes. */
const LONG_MAX = 256 * 1024;

/** The message with its whole text. */
export async function wholeText(data: DataMessage, rpc: Rpc, signal: AbortSignal): Promise<DataMessage> {
  const id = data.attachments?.find(({ contentType }) => contentType === LONG_TEXT)?.id;
  if (!id) return data;
  const text = await read(rpc, id, signal).catch(() => "");
  return text.startsWith(data.message ?? "") ? { ...data, message: text } : data;
}

async function read(rpc: Rpc, id: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of rpc.file("getAttachment", { id }, { signal })) {
    bytes += part.length;
    if (bytes > LONG_MAX) throw new Error("Cannot read the text as it must be no longer than texts are");
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
