/** Refusals in Telegram's words and numbers. */
import type { ResponseParameters } from "@grammyjs/types";

/** What the Bot API answers instead of a result. */
export class Refusal extends Error {
  constructor(readonly code: number, readonly description: string, readonly parameters?: ResponseParameters) {
    super(description);
  }
}

/** 400. */
export function badRequest(what: string, parameters?: ResponseParameters): Refusal {
  return new Refusal(400, `Bad Request: ${what}`, parameters);
}

/** 403. */
export function forbidden(what: string): Refusal {
  return new Refusal(403, `Forbidden: ${what}`);
}
