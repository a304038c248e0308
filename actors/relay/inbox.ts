/** Events that edge processes took in: moved into mailboxes in the order of their arrival. */
import type { Host, Store } from "../ports/mod.ts";
import type { Account } from "../account.ts";
import { decodeRow, InboxRow, key } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

/** The bell is a hint: without it we look this often, ms. */
const LOOK_EVERY_MS = 2_000;

export interface InboxDeps {
  readonly store: Store;
  readonly host: Host;
  readonly timer: Timer;
  account(id: string): Account | null;
}

/** Runs until `signal` aborts. */
export async function runInbox(deps: InboxDeps, signal: AbortSignal): Promise<void> {
  let ring = (): void => undefined;
  const listen = async (): Promise<void> => {
    for await (const _ of deps.store.watch(key.bell(), signal)) ring();
  };
  const listening = listen().catch(() => undefined);
  while (!signal.aborted) {
    const rung = new AbortController();
    ring = () => rung.abort();
    try {
      await empty(deps);
    } catch (error) {
      deps.host.log.warn("inbox-failed", {
        kind: error instanceof Error ? error.constructor.name : "unknown",
      });
    }
    await deps.timer.pauseUnless(LOOK_EVERY_MS, AbortSignal.any([signal, rung.signal]));
  }
  await listening;
}

async function empty(deps: InboxDeps): Promise<void> {
  for await (const row of deps.store.list({ prefix: key.inboxes() })) {
    const { account, event } = decodeRow(InboxRow, row.value);
    await deps.account(account)?.deliver(event, [{ key: row.key, value: null }]);
  }
}
