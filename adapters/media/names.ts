/** Names of files, as it is safe to show and to save them. Pure. */
import { supportedExtensions } from "file-type";

const NAME_MAX = 120;
const EXTENSION = /\.([A-Za-z0-9]{1,8})$/;
/** Names of devices on Windows: no file there can be called so. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Endings that mean the same. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  jpg: ["jpeg", "jpe"],
  mp4: ["m4v", "mov"],
  mov: ["mp4"],
  m4a: ["mp4", "aac"],
  ogg: ["oga", "opus"],
  opus: ["oga", "ogg"],
  mp3: ["mpga"],
  tif: ["tiff"],
  heic: ["heif"],
  tgs: ["gz"],
};
/** What many kinds of files are inside: their own endings say more. */
const CONTAINERS = new Set(["zip", "xml", "cfb", "gz", "txt", "bin"]);

/** `name` without what could mislead, with an ending that fits what the file is; null where nothing of it is left. */
export function cleanName(name: string | null | undefined, extension: string): string | null {
  const plain = (name ?? "")
    .normalize("NFC")
    .replace(/^.*[/\\]/s, "")
    // Controls, directions and what cannot be seen (but what joins letters and emoji); then what file systems forbid.
    .replaceAll(/[\p{Cc}\p{Cs}\p{Co}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu, "")
    .replaceAll(/[<>:"|?*]/g, "_")
    .replaceAll(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  if (plain === "") return null;
  const given = EXTENSION.exec(plain)?.[1]?.toLowerCase();
  const stem = given === undefined ? plain : plain.slice(0, -given.length - 1);
  const ending = given !== undefined && fits(given, extension) ? given : extension;
  // An ending that lies goes; one that says nothing of files that we know stays in the name.
  const kept = given === undefined || ending === given || isKnown(given) ? stem : plain;
  const safe = DEVICES.test(kept) ? `_${kept}` : kept;
  return `${shorten(safe)}.${ending}`;
}

function fits(given: string, extension: string): boolean {
  if (given === extension || ALSO[extension]?.includes(given) === true) return true;
  return CONTAINERS.has(extension) && !isKnown(given);
}

/** Whether files with that ending are told by what is in them. */
function isKnown(extension: string): boolean {
  return supportedExtensions.has(extension as never) || ["jpeg", "tgs"].includes(extension);
}

/** By whole characters as people see them. */
function shorten(text: string): string {
  if (text.length <= NAME_MAX) return text;
  let short = "";
  for (const { segment } of new Intl.Segmenter("en").segment(text.slice(0, NAME_MAX * 2))) {
    if (short.length + segment.length > NAME_MAX) break;
    short += segment;
  }
  return short.trimEnd();
}
