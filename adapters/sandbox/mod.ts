/**
 * The sandbox: WhatsApp, Signal and Telegram simulated in this process, behind the contract that the real ones are
 * behind, with phones that people (and tests) hold. Each messenger keeps its own server: chats, invite links, ids,
 * limits, windows for edits and deletes, reactions, and a queue of what our account has not taken yet.
 *
 * Known simplifications:
 * - No pace and no flood control; lines never break (only the disk can refuse), and nobody is ever banned.
 * - Formatting: a WhatsApp phone types a subset of its markup, the others plain text; each takes spans as from a menu
 *   too. What we send is kept as text and spans, not as each messenger's own notation, so marks take none of the limit.
 * - Files are whatever a phone says that they are; of all files of a messenger the last 256 MiB are kept.
 * - People send files of every kind, of the sizes that our account can send there, and its kinds of the rest. Numbers in cards and pins are told as they are.
 * - A phone refuses a text that is over the limit, where some real ones split it or send it as a file.
 * - People delete only what they wrote; no mentions, no read receipts, no typing. What disappears is not told.
 * - Everybody is a plain member, and so is our account; nobody has to be let in.
 * - Telegram makes groups here, as a real account does that also has a user login; bots alone cannot.
 * - A chat keeps its last 500 messages. A chat that our account left goes on without us, with no new link.
 * - A phone that is told that its message is not confirmed may have it delivered later all the same.
 */
import { z } from "zod";
import type { Messenger } from "../../actors/model/mod.ts";
import type { AdapterDefinition } from "../../actors/ports/mod.ts";
import { sandboxAdapter } from "./adapter.ts";
import { type RealTables, simulatedMessengers } from "./messengers.ts";
import { Network } from "./network.ts";
import { Phones } from "./phones.ts";

export { SandboxError } from "./phone_scene.ts";
export type { Phones } from "./phones.ts";

/** There is nothing to configure. */
export const SandboxConfig = z.strictObject({});
export type SandboxConfig = z.infer<typeof SandboxConfig>;

/** Simulated messengers and the phones on them. */
export interface Sandbox {
  readonly definitions: readonly AdapterDefinition<SandboxConfig>[];
  readonly phones: Phones;
}

/** What a sandbox is made of. */
export interface SandboxOptions {
  /** Where invite links lead: no trailing slash. */
  readonly publicUrl: string;
  /** What the real messengers can carry, so that their simulations can carry the same. */
  readonly tables: RealTables;
  /** Messengers that are not simulated, as real accounts are there. */
  readonly except?: readonly Messenger[];
}

/** Makes a sandbox. Its messengers remember everything in the session store of the account that opens them. */
export function createSandbox({ publicUrl, tables, except = [] }: SandboxOptions): Sandbox {
  const wanted = simulatedMessengers(tables).filter(({ messenger }) => !except.includes(messenger));
  const networks = wanted.map((traits) => new Network(traits, publicUrl));
  const definitions = networks.map((network): AdapterDefinition<SandboxConfig> => ({
    messenger: network.traits.messenger,
    config: SandboxConfig,
    runsOn: "worker",
    open: (_account, _config, host) => sandboxAdapter(network, host),
  }));
  return { definitions, phones: new Phones(networks) };
}
