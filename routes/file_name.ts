/** Names of files: as people gave them, and as an HTTP header may say them. Pure. */

/** A name of this length is shown whole by every system; longer ones keep their ending. */
const NAME_MAX = 180;
const ENDING = /\.[A-Za-z0-9]{1,10}$/;
/** Control characters, separators of lines, halves of characters, and what turns text around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** What some system reads as more than a name. */
const SPECIAL = /[<>:"|?*\\/]/g;
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

/** The last part of a path without what could mislead; null where nothing of it is left. */
export function cleanFileName(entered: string): string | null {
  const last = entered.split(/[\\/]/).at(-1) ?? "";
  const name = last.toWellFormed().normalize("NFC").replace(UNSEEN, "").replace(SPECIAL, "_")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  if (name === "") return null;
  if (name.length <= NAME_MAX) return name;
  const ending = ENDING.exec(name)?.[0] ?? "";
  return name.slice(0, NAME_MAX - ending.length).toWellFormed().replace(/\uFFFD$/, "") + ending;
}

/** What a file without a name is called when it is saved. */
export function nameFor(kind: string, mime: string): string {
  return `${kind}${ENDINGS[mime] ?? ""}`;
}

/** A `Content-Disposition` with the name for old readers and for all others (RFC 6266, RFC 8187). */
export function disposition(how: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^\x20-\x7E]/g, "_").replace(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, percent);
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
