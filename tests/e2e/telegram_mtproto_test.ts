/** The user account, as far as it goes without Telegram: mtcute is the real one, its data centre is a closed port. */
import assert from "node:assert/strict";
import process from "node:process";
import { DeleteMessageUpdate, MemoryStorage, NodePlatform, TelegramClient } from "@mtcute/node";
import { Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { goneOf, mtprotoMaker } from "../../adapters/telegram/mtproto.ts";
import { failure } from "./telegram_opened.ts";

const APP = { apiId: 1, apiHash: "0".repeat(32) };
const SPEC = { title: "Lake weekend", description: "" };

Deno.test("deletes in supergroups are named as the Bot API names the chat; those of other chats are none of ours", () => {
  const count = { pts: 1, ptsCount: 1 };
  const channel = new DeleteMessageUpdate({
    _: "updateDeleteChannelMessages",
    channelId: 123,
    messages: [4, 5],
    ...count,
  });
  assert.deepEqual(goneOf(channel), [{ chat: "-1000000000123", messages: [4, 5] }]);
  const other = new DeleteMessageUpdate({ _: "updateDeleteMessages", messages: [4], ...count });
  assert.deepEqual(goneOf(other), []);
});

Deno.test("a session that cannot be read is rejected without a word of it", async () => {
  const maker = mtprotoMaker({ ...APP, session: "no-such-session" });
  const error = await failure(maker.create(SPEC, { signal: new AbortController().signal }));
  assert(error instanceof Rejected);
  assert.match(error.message, /telegram-login/);
  assert(!Deno.inspect(error).includes("no-such-session"));
});

// mtcute closes its connections a little after it was told to.
Deno.test({
  name:
    "a user account that cannot be reached gives the call back as soon as it is aborted, and leaves no signal handler",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const before = process.listenerCount("SIGTERM");
    const maker = mtprotoMaker({ ...APP, session: await sessionAt(closedPort()) });
    const abort = new AbortController();
    const creating = failure(maker.create(SPEC, { signal: abort.signal }));
    abort.abort();
    assert(await creating instanceof RetryLater);
    assert.equal(process.listenerCount("SIGTERM"), before);
  },
});

// As above.
Deno.test({
  name: "listening for deletes at an account that cannot be reached ends as soon as it is aborted",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { watch } = mtprotoMaker({ ...APP, session: await sessionAt(closedPort()) });
    const abort = new AbortController();
    const heard: unknown[] = [];
    const open = (): void => void heard.push("open");
    const watching = failure(
      watch?.({ open, gone: (gone) => heard.push(gone) }, { signal: abort.signal }) ?? Promise.resolve(),
    );
    abort.abort();
    assert(await watching instanceof RetryLater);
    assert.deepEqual(heard, []);
  },
});

/** A port that nobody listens on. */
function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** A session as mtcute writes it, with a data centre at `port`. */
async function sessionAt(port: number): Promise<string> {
  const platform = new NodePlatform();
  platform.beforeExit = () => () => {};
  const client = new TelegramClient({
    platform,
    ...APP,
    storage: new MemoryStorage(),
    disableUpdates: true,
    logLevel: 0,
  });
  const dc = { id: 2, ipAddress: "127.0.0.1", port, ipv6: false, mediaOnly: false, testMode: false };
  await client.importSession({
    primaryDcs: { main: dc, media: dc },
    authKey: new Uint8Array(256).fill(7),
    self: { userId: 5, isBot: false, isPremium: false, usernames: [] },
  });
  const session = await client.exportSession();
  await client.destroy();
  return session;
}
