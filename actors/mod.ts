/** The core's only door. */
import type { Locale } from "./model/mod.ts";
import type { CollectionSpec, Host, MediaLibrary, Relay, Store } from "./ports/mod.ts";
import type { AccountSpec } from "./account.ts";
import type { Linkable } from "./accounts.ts";
import { startCore } from "./relay/core.ts";
import { startEdge } from "./relay/edge.ts";
import { NO_MEDIA } from "./relay/no_media.ts";

export type { AccountSpec } from "./account.ts";
export type { Linkable } from "./accounts.ts";
export { createHost } from "./observe/host.ts";
export { createLog } from "./observe/log.ts";
export { createTexts } from "./render/mod.ts";
export { openKvStore } from "./store/kv_store.ts";

export interface RelayDeps {
  readonly store: Store;
  readonly host: Host;
  readonly accounts: readonly AccountSpec[];
  /** Messengers whose accounts operators make and link. */
  readonly linkable?: readonly Linkable[];
  /** Where files are kept; absent: nowhere, and they are put into words. */
  readonly media?: MediaLibrary;
  /** Where invites live, for texts: no trailing slash. */
  readonly publicUrl: string;
  readonly locale: Locale;
  readonly retentionDays: number;
  /** `edge` only takes webhooks and stores them for the worker that shares its store. */
  readonly role: "all" | "edge" | "worker";
  /** Which fields of which records can be looked up. */
  readonly collections: Readonly<Record<string, CollectionSpec>>;
  /** Another process has taken the store over: this one can do nothing more and should end. */
  readonly onFenced?: () => void;
}

/** Takes the session, replays what was accepted and not finished, opens the adapters. */
export async function startRelay(deps: RelayDeps): Promise<Relay> {
  const { role } = deps;
  if (role === "edge") return startEdge(deps);
  return await startCore({ linkable: [], media: NO_MEDIA, ...deps, role });
}
