/** Events as they may be written: what the journal could not be read again with is refused before. */
import { Event } from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";

/** @throws {RelayError} `invalid`, with the field that is wrong, where it is no event */
export function wellFormed(event: Event): Event {
  const { data, error } = Event.safeParse(event);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new RelayError("invalid", `Cannot take this event as its ${issue?.path.join(".")} is wrong`);
}
