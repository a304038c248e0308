/** Deleted messages, which bots do not hear of: the user account does, where there is one. */
import type { Event } from "../../actors/model/mod.ts";
import { type AdapterHost, isDeliveryFailure } from "../../actors/ports/mod.ts";
import { deliverDurably } from "../shared/deliver.ts";
import { Backoff, pause } from "../shared/reconnect.ts";
import { Turns } from "../shared/turns.ts";
import type { Connection } from "./connection.ts";
import type { Gone, GroupMaker } from "./group_maker.ts";
import { nativeOf } from "./native_ids.ts";

const FIRST_MS = 1_000;
const MAX_MS = 600_000;

/** What deletes are heard with. */
export interface DeletesDeps {
  readonly host: AdapterHost;
  readonly connection: Connection;
  readonly watch: NonNullable<GroupMaker["watch"]>;
}

/** Listens until `signal` aborts. That the account cannot be had holds nothing up: the operator is told. */
export async function hearDeletes(
  { host, connection, watch }: DeletesDeps,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff({ firstMs: FIRST_MS, maxMs: MAX_MS });
  const turns = new Turns();
  const open = (): void => {
    backoff.reset();
    connection.aside(null);
  };
  const gone = (gone: Gone): void => {
    // What the core does not take while we stop comes never again: Telegram has told it.
    turns.take(() => tell(host, gone, signal)).catch(() => {});
  };
  while (!signal.aborted) {
    try {
      await watch({ open, gone }, { signal });
    } catch (error) {
      if (!isDeliveryFailure(error)) throw error;
    }
    if (signal.aborted) return;
    connection.aside(host.text("telegram.deletes-unheard"));
    await pause(backoff.next(), signal);
  }
}

async function tell(host: AdapterHost, gone: Gone, signal: AbortSignal): Promise<void> {
  for (const event of eventsOf(gone, host.now())) await deliverDurably(host, event, signal);
}

/** One for each message; nobody is named, since Telegram names nobody. */
export function eventsOf({ chat, messages }: Gone, at: number): Event[] {
  return messages.map((message) => {
    const native = nativeOf(chat, message);
    return { id: `gone:${native}`, chat, at, type: "delete", target: { native } };
  });
}
