/**
 * The edge: takes a messenger's calls and stores their events for the worker that shares the store. It owns no
 * session and no journal, so any number of them can run.
 */
import type { Messenger } from "../model/mod.ts";
import {
  type Adapter,
  type HealthReport,
  type Host,
  type Relay,
  RelayError,
  type Store,
} from "../ports/mod.ts";
import type { AccountSpec } from "../account.ts";
import { type Append, createSessionStore, encodeRow, eventHash, key, wellFormed } from "../store/mod.ts";

export interface EdgeDeps {
  readonly store: Store;
  readonly host: Host;
  readonly accounts: readonly AccountSpec[];
  readonly locale: "en" | "de";
}

/** A relay that takes webhooks and nothing else. */
export function startEdge(deps: EdgeDeps): Relay {
  const { store, host } = deps;
  const adapters = new Map<Messenger, Adapter>();
  for (const spec of deps.accounts) adapters.set(spec.definition.messenger, openEdge(spec, deps));

  const refuse = (): never => {
    throw new RelayError(
      "unavailable",
      "Cannot do this here as this process takes webhooks only: ask the worker",
      1_000,
    );
  };
  const refusing = new Proxy({}, { get: () => refuse });
  return {
    ask: refusing as Relay["ask"],
    read: refusing as Relay["read"],
    records: refusing as Relay["records"],
    media: refusing as Relay["media"],
    watch: refuse,
    webhook: async (messenger, request) => {
      const answer = adapters.get(messenger)?.webhook?.(request);
      return await answer ?? new Response(null, { status: 404 });
    },
    health: (): HealthReport => ({ ready: true, detail: { role: "edge" }, accounts: [] }),
    stop: async () => {
      for (const adapter of adapters.values()) await adapter[Symbol.asyncDispose]();
      store.close();
      host.log.info("stopped");
    },
  };
}

function openEdge(spec: AccountSpec, { store, host, locale }: EdgeDeps): Adapter {
  let last = 0;
  return spec.definition.open(spec.account, spec.config, {
    deliver: async (event) => {
      const id = eventHash(spec.account, event.id).toString(36);
      const value = encodeRow({ v: 1, account: spec.account, event: wellFormed(event) });
      // Events of one millisecond keep their order.
      last = Math.max(host.now(), last + 1 / 1024);
      const bell = encodeRow({ v: 1, at: host.now() });
      const written = await store.commit([], [
        { key: key.inbox(last, id), value },
        { key: key.bell(), value: bell },
      ]);
      if (!written) throw new RelayError("unavailable", "Cannot store this right now", 1_000);
    },
    report: () => undefined,
    session: createSessionStore(spec.account, {
      store,
      host,
      committer: { write: (append) => written(store, append) },
    }),
    now: () => host.now(),
    text: (name, values) => host.text(locale, name, values),
  });
}

/** No session of its own: the worker that shares the store keeps the order. */
async function written(store: Store, { rows = [] }: Append): Promise<number> {
  if (await store.commit([], rows)) return 0;
  throw new RelayError("unavailable", "Cannot store this right now", 1_000);
}
