/** Long polling with real grammY against the fake server: what is confirmed, and when. */
import assert from "node:assert/strict";
import { RelayError } from "../../actors/ports/mod.ts";
import { nativeOf } from "../../adapters/telegram/native_ids.ts";
import { withTelegram } from "./telegram_opened.ts";

Deno.test("polling confirms an update only after it is durable", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    const { world } = fake;
    await world.waitFor(() => fake.unconfirmed === 0, "an empty queue");
    const release = host.hold();
    world.say(olga, group, "one");
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the offer");
    assert(host.taken.every(({ type }) => type !== "message"));
    assert.equal(fake.unconfirmed, 1);
    release();
    await host.event("message");
    await world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
  });
});

Deno.test("polling gives what the core refused again after a restart, in order and under the same ids", async () => {
  await withTelegram({}, async ({ fake, host, olga, group, ended, start }) => {
    await host.event("rights");
    host.refuse(1);
    for (const text of ["one", "two", "three"]) fake.world.say(olga, group, text);
    assert(await ended() instanceof Error);
    assert(fake.unconfirmed >= 3);
    start();
    const taken = (): string[] =>
      host.taken.flatMap((event) =>
        event.type === "message" && event.content.type === "text" ? [event.content.body.text] : []
      );
    await host.until(() => taken().length === 3, "all three");
    assert.deepEqual(taken(), ["one", "two", "three"]);
    const first = host.offered.filter((event) =>
      event.type === "message" && event.native === nativeOf(group, 1)
    );
    assert.equal(new Set(first.map(({ id }) => id)).size, 1);
  });
});

Deno.test("polling confirms updates whose numbers start again lower, and takes each once", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    const { world } = fake;
    world.say(olga, group, "before");
    await host.event("message");
    await world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
    fake.jumpTo(17);
    world.say(olga, group, "after a week");
    await host.event("message", ({ id }) => id === "u17");
    await world.waitFor(() => fake.unconfirmed === 0, "the confirmation of the lower number");
    assert.equal(host.offered.filter(({ id }) => id === "u17").length, 1);
  });
});

Deno.test("polling stops at once while the core does not answer, and confirms nothing of it", async () => {
  await withTelegram({}, async ({ fake, host, olga, group, stop, start }) => {
    await host.event("rights");
    await fake.world.waitFor(() => fake.unconfirmed === 0, "an empty queue");
    const release = host.hold();
    fake.world.say(olga, group, "one");
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the offer");
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("Cannot wait longer for the stop")), 1000);
    await Promise.race([stop(), late.promise]).finally(() => clearTimeout(timer));
    assert.equal(fake.unconfirmed, 1);
    release();
    start();
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
  });
});

Deno.test("polling waits while the core is full, without a new start and without a loss", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    await host.event("rights");
    host.refuse(1, new RelayError("busy", "Cannot take more messages right now", 1));
    fake.world.say(olga, group, "one");
    await host.event("message");
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
    assert.equal(fake.calls.filter(({ method }) => method === "getMe").length, 1);
    assert.deepEqual(host.health.map(({ status }) => status), ["starting", "connected"]);
  });
});

Deno.test("polling passes over what the core will never take, and says so", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    await host.event("rights");
    host.refuse(1, new RelayError("invalid", "Cannot take this as it must be shorter"));
    fake.world.say(olga, group, "one");
    fake.world.say(olga, group, "two");
    await host.event("message");
    await host.until(() => host.health.some(({ text }) => text === "telegram.skipped 1"), "the health");
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
  });
});

Deno.test("polling passes over an update that it cannot read, and says so", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    fake.pushRaw({ message: { message_id: "seven", chat: null } });
    fake.world.say(olga, group, "after");
    await host.event("message");
    await host.until(() => host.health.some(({ text }) => text === "telegram.skipped 1"), "the health");
  });
});

Deno.test("polling waits where another program uses the token, and takes over when that ends", async () => {
  await withTelegram({ run: false }, async ({ fake, host, olga, group, start }) => {
    const conflict = {
      kind: "refuse",
      code: 409,
      description: "Conflict: terminated by other getUpdates request",
    } as const;
    fake.faults.add({ method: "getUpdates", fault: conflict });
    start();
    await host.until(
      () => host.health.some(({ text }) => text === "telegram.waiting-conflict"),
      "the conflict",
    );
    fake.world.say(olga, group, "back");
    await host.event("message");
    await host.until(() => host.health.at(-1)?.status === "connected", "the connection");
  });
});

Deno.test("a token that Telegram does not know ends the run as logged out", async () => {
  await withTelegram({ run: false, config: { token: "1:unknown" } }, async ({ host, start, ended }) => {
    start();
    const error = await ended();
    assert(error instanceof Error && "kind" in error);
    assert.equal(error.kind, "account-gone");
    assert(!error.message.includes("1:unknown"));
    assert.deepEqual(host.health.at(-1), { status: "logged-out", text: "telegram.logged-out" });
  });
});
