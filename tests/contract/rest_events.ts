/** Reads server-sent events over a real socket. */
import assert from "node:assert/strict";
import { z } from "zod";

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An open stream; ends when it is disposed of. */
export interface EventReader extends AsyncDisposable {
  /** The next event that is meant; all others before it are dropped. Fails when the stream ends. */
  find(isMeant: (event: ServerEvent) => boolean): Promise<ServerEvent>;
  /** Resolves when the server has ended the stream. */
  ended(): Promise<void>;
}

const DEADLINE_MS = 10_000;

/** Opens the events of a group; resolves when the server has begun to send. */
export async function openEvents(
  url: string,
  group: string,
  options: { readonly token: string; readonly after?: string },
): Promise<EventReader> {
  const stop = new AbortController();
  const headers = new Headers({ authorization: `Bearer ${options.token}` });
  if (options.after !== undefined) headers.set("last-event-id", options.after);
  const response = await fetch(`${url}/api/groups/${group}/events`, { headers, signal: stop.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.ok(response.body !== null);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";

  async function nextBlock(): Promise<string | null> {
    while (!rest.includes("\n\n")) {
      const { done, value } = await reader.read();
      if (done) return null;
      rest += value;
    }
    const end = rest.indexOf("\n\n");
    const block = rest.slice(0, end);
    rest = rest.slice(end + 2);
    return block;
  }

  // The first block is the server's `retry:`: from here on nothing that happens is missed.
  await nextBlock();
  return {
    find: (isMeant) =>
      within(stop, async () => {
        for (let block = await nextBlock(); block !== null; block = await nextBlock()) {
          const event = parse(block);
          if (event !== null && isMeant(event)) return event;
        }
        throw new Error("Cannot find the event as the stream has ended");
      }),
    ended: () =>
      within(stop, async () => {
        while (await nextBlock() !== null);
      }),
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      await reader.cancel().catch(() => undefined);
    },
  };
}

async function within<T>(stop: AbortController, work: () => Promise<T>): Promise<T> {
  const deadline = setTimeout(
    () => stop.abort(new Error("Cannot wait longer than 10 s for an event")),
    DEADLINE_MS,
  );
  try {
    return await work();
  } finally {
    clearTimeout(deadline);
  }
}

const Data = z.record(z.string(), z.unknown());

function parse(block: string): ServerEvent | null {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [name = "", ...value] = line.split(": ");
    if (name !== "") fields.set(name, value.join(": "));
  }
  const data = fields.get("data");
  if (data === undefined) return null;
  return { id: fields.get("id") ?? "", event: fields.get("event") ?? "", data: Data.parse(JSON.parse(data)) };
}
