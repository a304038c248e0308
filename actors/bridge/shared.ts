/** Texts that share one native message, as they are now. */
import type { HistoryEntry, MessageId, Quote } from "../model/mod.ts";
import { excerpt, type MergedText } from "../render/mod.ts";

type Read = (id: MessageId) => Promise<HistoryEntry | null>;
type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

/** In order, without those that were taken back; null where one of them is no longer known. */
export async function sharedTexts(
  messages: readonly MessageId[],
  read: Read,
  text: TextOf,
): Promise<readonly MergedText[] | null> {
  const texts: MergedText[] = [];
  for (const id of messages) {
    const entry = await read(id);
    if (entry === null) return null;
    if (entry.deleted) continue;
    if (entry.content.type !== "text") return null;
    const { name, messenger } = entry.author;
    const replyTo = entry.replyTo === undefined ? undefined : await quoteOf(entry.replyTo, read, text);
    texts.push({ author: { name, messenger }, body: entry.content.body, at: entry.at, replyTo });
  }
  return texts;
}

async function quoteOf(message: MessageId, read: Read, text: TextOf): Promise<Quote | undefined> {
  const entry = await read(message);
  if (entry === null || entry.deleted) return undefined;
  return { message, name: entry.author.name, excerpt: excerpt(entry.content, text) };
}
