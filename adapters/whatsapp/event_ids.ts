/** What makes an event the same one when it comes again. Pure. */
import { createHash } from "node:crypto";

/** Of an event's id; what is longer is named by its digest. */
const ID_MAX = 200;

/** Unlike that of any other list of parts, and short enough for an event's id. */
export function eventIdOf(...parts: readonly string[]): string {
  const id = parts.map((part) => part.replaceAll(/[%:]/g, encodeURIComponent)).join(":");
  return id.length <= ID_MAX ? id : createHash("sha256").update(id).digest("hex");
}
