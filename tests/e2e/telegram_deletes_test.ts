/** Deleted messages: a user account at the same Telegram hears of them, and the bot's adapter tells the core. */
import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../actors/model/mod.ts";
import { RelayError, RetryLater } from "../../actors/ports/mod.ts";
import { untilAborted } from "../../adapters/shared/reconnect.ts";
import type { GroupMaker } from "../../adapters/telegram/mod.ts";
import { nativeOf } from "../../adapters/telegram/native_ids.ts";
import type { FakeTelegram } from "../fakes/telegram/mod.ts";
import { type Telegram, withTelegram } from "./telegram_opened.ts";

const USER = { apiId: 1, apiHash: "0".repeat(32), session: "fake" };

/** A user account that makes no groups and hears of deletes, once it has failed so often. */
async function withListener(
  { failures = 0 }: { readonly failures?: number },
  body: (telegram: Telegram & { readonly listening: () => number }) => Promise<void>,
): Promise<void> {
  const account = { world: null as FakeTelegram["world"] | null, failures, listening: 0 };
  const never = (): Promise<never> => Promise.reject(new Error("Cannot make groups in this test"));
  const watch: GroupMaker["watch"] = async ({ open, gone }, { signal }) => {
    if (account.failures-- > 0) throw new RetryLater("Cannot be reached", 1);
    const end = account.world?.hearDeletes((chat, message) =>
      gone({ chat: ChatId.parse(String(chat)), messages: [message] })
    );
    account.listening += 1;
    open();
    await untilAborted(signal);
    end?.();
  };
  const maker = { create: never, promote: never, leave: never, watch };
  await withTelegram({ config: { user: USER }, maker: () => maker, run: false }, async (telegram) => {
    account.world = telegram.fake.world;
    telegram.start();
    await telegram.host.until(
      () => telegram.host.health.some(({ status }) => status === "connected"),
      "the connection",
    );
    await body({ ...telegram, listening: () => account.listening });
  });
}

Deno.test("a message that is gone is told by its id, and nobody is named", async () => {
  await withListener({}, async ({ fake: { world }, host, olga, group, chat, adapter }) => {
    assert.equal(adapter.capabilities(chat).sees.deletes, true);
    const id = world.say(olga, group, "oops");
    await host.event("message");
    world.delete(olga, group, id);
    const { target, author } = await host.event("delete");
    assert.deepEqual([target, author], [{ native: nativeOf(chat, id) }, undefined]);
  });
});

Deno.test("a delete that the core has no room for is told again, and later ones wait for it", async () => {
  await withListener({}, async ({ fake: { world }, host, olga, group, chat }) => {
    const [first, second] = [world.say(olga, group, "one"), world.say(olga, group, "two")];
    await host.until(() => host.taken.filter(({ type }) => type === "message").length === 2, "both");
    host.refuse(1, new RelayError("busy", "Cannot take it now", 1));
    for (const id of [first, second]) world.delete(olga, group, id);
    await host.event(
      "delete",
      ({ target }) => "native" in target && target.native === nativeOf(chat, second),
    );
    const gone = host.taken.flatMap((event) => event.type === "delete" ? [event.target] : []);
    assert.deepEqual(gone, [first, second].map((id) => ({ native: nativeOf(chat, id) })));
  });
});

Deno.test("an account that cannot be reached is said, holds nothing up and is asked again", async () => {
  await withListener({ failures: 1 }, async ({ fake: { world }, host, olga, group, listening }) => {
    const said = (text: string): boolean => host.health.at(-1)?.text?.includes(text) === true;
    await host.until(() => said("telegram.deletes-unheard"), "what the operator reads");
    assert.equal(host.health.at(-1)?.status, "connected");
    world.say(olga, group, "hello");
    await host.event("message");
    await host.until(() => listening() === 1, "the second try");
    await host.until(() => !said("telegram.deletes-unheard"), "that all is well");
  });
});

Deno.test("without a user account the table says that deletes are not seen", async () => {
  await withTelegram({ run: false }, async ({ adapter, chat, post }) => {
    assert.equal(adapter.capabilities(chat).sees.deletes, false);
    assert(NativeId.safeParse(await post("hello")).success);
  });
});
