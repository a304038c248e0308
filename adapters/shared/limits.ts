/** Lengths as messengers count them. */
import type { Capabilities, LengthUnit } from "../../actors/model/mod.ts";

const encoder = new TextEncoder();

/** How long `text` is in `unit`. */
export function lengthOf(text: string, unit: LengthUnit): number {
  return unit === "utf16" ? text.length : encoder.encode(text).length;
}

/** Says how `text` breaks the table's limit, or null where it fits. Holds nothing of the text. */
export function textProblem(text: string, capabilities: Capabilities): string | null {
  if (text === "") return "it must not be empty";
  const { count, unit } = capabilities.text.max;
  const length = lengthOf(text, unit);
  if (length <= count) return null;
  const name = unit === "utf16" ? "UTF-16 units" : "bytes";
  return `it must have at most ${count} ${name}: current length is ${length}`;
}

/** Says how `title` breaks the table's limit, or null where it fits. Holds nothing of the title. */
export function titleProblem(title: string, capabilities: Capabilities): string | null {
  if (title === "") return "it must not be empty";
  const { maxUtf16 } = capabilities.title;
  if (title.length <= maxUtf16) return null;
  return `it must have at most ${maxUtf16} UTF-16 units: current length is ${title.length}`;
}
