/** Names of files, as a page shows them and as an HTTP header may say them. Pure. */

/** Control characters, separators of lines, halves of characters, and what turns text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Endings of what has no name, by what browsers are most often sent. */
const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "video/mp4": ".mp4",
  "video/webm": ".webm",
  "audio/mp4": ".m4a",
  "audio/mpeg": ".mp3",
  "audio/ogg": ".ogg",
  "application/pdf": ".pdf",
};

/** A name as it is shown: one that reads as another is not. */
export function shownFileName(name: string): string {
  return name.replace(UNSEEN, "");
}

/** What a file without a name is called when it is saved. */
export function nameFor(kind: string, mime: string): string {
  return `${kind}${ENDINGS[mime] ?? ""}`;
}

/** A `Content-Disposition` with the name for old readers and for all others (RFC 6266, RFC 8187). */
export function disposition(how: "inline" | "attachment", given: string): string {
  const name = shownFileName(given);
  const plain = name.replace(/[^\x20-\x7E]/g, "_").replace(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, percent);
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
