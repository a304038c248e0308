/** Long polling. Asking for the next update confirms all before it, so that is done only once they are durable. */
import { type Api, GrammyError } from "grammy";
import type { AdapterHost } from "../../actors/ports/mod.ts";
import { unlessAborted } from "../shared/reconnect.ts";
import { Conflict, type Connection } from "./connection.ts";
import { asked } from "./failures.ts";
import type { Inbox } from "./inbox.ts";
import { callSignal } from "./signal.ts";
import { UpdateHead } from "./wire.ts";

/** What we read. Telegram leaves reactions and members out unless they are named, and remembers the list. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "message_reaction",
  "chat_member",
  "my_chat_member",
  "poll",
  "poll_answer",
] as const;

/** How long Telegram keeps an empty call open. */
const POLL_SECONDS = 30;
/** The most that Telegram answers at once. */
const LIMIT = 100;
/** After somebody else's poll: often enough to take over, rarely enough not to fight. */
const CONFLICT_MS = 1000;

/** What polling works with. */
export interface PollingDeps {
  readonly api: Api;
  readonly host: AdapterHost;
  readonly inbox: Inbox;
  readonly connection: Connection;
}

/** Polls until `signal` aborts. @throws {AccountGone}, or what the core refused */
export async function poll(deps: PollingDeps, signal: AbortSignal): Promise<void> {
  const { api, connection } = deps;
  const forget = (): Promise<true> => asked(api.deleteWebhook({}, callSignal(signal)), { repeatable: true });
  if (await connection.persist(forget, { signal }) === null) return;
  connection.connected();
  let offset = 0;
  while (!signal.aborted) {
    const next = await connection.persist(() => pollOnce(deps, { offset, signal }), { signal });
    if (next === null) return;
    offset = next;
    connection.connected(oddities(deps));
  }
}

interface PollOptions {
  readonly offset: number;
  readonly signal: AbortSignal;
}

/** One batch. @returns the offset that confirms it, if it was taken */
async function pollOnce({ api, inbox }: PollingDeps, { offset, signal }: PollOptions): Promise<number> {
  const updates: readonly unknown[] = await asked(getUpdates(api, { offset, signal }), { repeatable: true });
  // A core that does not answer must not hold the stop: what it did not take is not confirmed.
  const taken = await unlessAborted(inbox.take(updates, signal).then(() => true), signal);
  return taken === null ? offset : offsetAfter(updates) ?? offset;
}

async function getUpdates(api: Api, { offset, signal }: PollOptions): Promise<readonly unknown[]> {
  try {
    return await api.getUpdates(
      { offset, limit: LIMIT, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
      callSignal(signal),
    );
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 409) throw error;
    throw new Conflict(
      "Cannot poll Telegram as nobody else must use this token: somebody does",
      CONFLICT_MS,
      "account",
    );
  }
}

/**
 * What confirms all of `updates`; null where there is nothing to confirm. Of this batch alone: after a week of silence
 * Telegram goes on at any number, also a lower one, and gives its oldest updates to whoever asks beyond the newest.
 */
function offsetAfter(updates: readonly unknown[]): number | null {
  const ids = updates.flatMap((update) => {
    const head = UpdateHead.safeParse(update);
    return head.success ? [head.data.update_id] : [];
  });
  return ids.length === 0 ? null : Math.max(...ids) + 1;
}

function oddities({ inbox, host }: PollingDeps): string | undefined {
  return inbox.skipped === 0 ? undefined : host.text("telegram.skipped", { count: String(inbox.skipped) });
}
