/** Which names a request may give as a messenger. */
import type { Messenger } from "../actors/model/mod.ts";
import type { AppSettings } from "./deps.ts";
import { HttpProblem } from "./problem.ts";

/** Those of the contract. One of them without an account makes a bridge that says so; a server may know more. */
const OF_CONTRACT: readonly string[] = ["telegram", "whatsapp", "signal", "web"];

/** `wanted` without what is named twice. `path` is the field. @throws {HttpProblem} 400 for what is no messenger here */
export function requireKnown(
  wanted: readonly Messenger[],
  { messengers }: AppSettings,
  path: string,
): Messenger[] {
  const known = new Set([...messengers, ...OF_CONTRACT]);
  if (wanted.every((one) => known.has(one))) return [...new Set(wanted)];
  const message = `Invalid option: expected one of ${[...known].join(", ")}`;
  throw new HttpProblem(400, "invalid", `Cannot read the request: check ${path}`, {
    errors: [{ path, message }],
  });
}
