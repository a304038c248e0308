/** The three ways to a Telegram group: deep link, button in a private chat, and a user account. */
import assert from "node:assert/strict";
import { ChatId, OpId } from "../../actors/model/mod.ts";
import { ChatGone, RetryLater } from "../../actors/ports/mod.ts";
import type { GroupMaker } from "../../adapters/telegram/mod.ts";
import type { FakeTelegram } from "../fakes/telegram/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { telegram } from "../../adapters/telegram/mod.ts";
import { configFor, failure, withTelegram } from "./telegram_opened.ts";

const SPEC = { title: "Lake weekend", description: "", opId: OpId.parse("create-1") };
const USER = { apiId: 1, apiHash: "0".repeat(32), session: "session" };

Deno.test("the deep link names the bot, the token and the rights, also right after a restart", async () => {
  await withTelegram({}, async ({ adapter, fake, host }) => {
    const link = adapter.adoptLink?.("token-1");
    const url = new URL(link?.url ?? "");
    assert.equal(url.origin + url.pathname, `https://t.me/${fake.bot.username}`);
    assert.equal(url.searchParams.get("startgroup"), "token-1");
    assert.match(url.search, /change_info\+.*invite_users/);
    assert(link?.text.includes(`https://t.me/${fake.bot.username}?start=token-1`));
    await using unstarted = telegram.open(ACCOUNT, configFor(fake), host);
    assert.equal(unstarted.adoptLink?.("token-1").url, undefined);
  });
});

Deno.test("a bot brought in as administrator by the deep link is adopted ready, and the setup makes title and link", async () => {
  await withTelegram(
    { bot: false },
    async ({ fake: { world }, host, adapter, olga, group, chat, signal }) => {
      world.addBot(group, { by: olga, admin: true, startParameter: "token-1" });
      const { ready, token } = await host.event("adopted");
      assert.deepEqual([token, ready], ["token-1", true]);
      const made = await adapter.setupGroup?.(chat, SPEC, { signal });
      assert.equal(world.title(group), "Lake weekend");
      assert.deepEqual(world.links(group), [made?.inviteUrl]);
      assert.deepEqual(await adapter.setupGroup?.(chat, SPEC, { signal }), made);
      assert(host.taken.every(({ type }) => type !== "message"));
    },
  );
});

Deno.test("a bot brought in without rights is adopted as not ready, and becomes so when it is promoted", async () => {
  await withTelegram({ bot: false }, async ({ fake: { world }, host, olga, group }) => {
    world.addBot(group, { by: olga, startParameter: "token-1" });
    assert.equal((await host.event("adopted")).ready, false);
    world.promoteBot(group, { by: olga });
    assert.equal((await host.event("rights", ({ ready }) => ready)).chat, String(group));
  });
});

Deno.test("the button in the private chat adopts the group that is chosen, also after a restart", async () => {
  await withTelegram({ bot: false }, async ({ fake: { world }, host, olga, group, stop, start }) => {
    world.sayPrivate(olga, "/start token-9");
    await world.waitFor(() => world.privateMessages(olga).some(({ fromBot }) => fromBot), "the button");
    await stop();
    world.shareChat(olga, group);
    start();
    const { chat, token, ready } = await host.event("adopted");
    assert.deepEqual([chat, token, ready], [String(group), "token-9", true]);
    assert.equal(world.privateMessages(olga).at(-1)?.text, "telegram.choose-done");
  });
});

Deno.test("a group that was chosen without adding the bot is answered with the deep link", async () => {
  await withTelegram({ bot: false }, async ({ fake: { world }, host, olga, group }) => {
    world.sayPrivate(olga, "/start token-9");
    await world.waitFor(() => world.privateMessages(olga).some(({ fromBot }) => fromBot), "the button");
    world.shareChat(olga, group, { addBot: false });
    const said = await world.waitFor(
      () => world.privateMessages(olga).find(({ text }) => text.startsWith("telegram.choose-add")),
      "the answer",
    );
    assert.match(said.text, /startgroup=token-9/);
    assert(host.taken.every(({ type }) => type !== "adopted"));
  });
});

Deno.test("a private chat without a token gets a word of welcome and leaves nothing behind", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga }) => {
    const before = [...host.session.values.keys()];
    world.sayPrivate(olga, "/start");
    await world.waitFor(
      () => world.privateMessages(olga).some(({ text }) => text === "telegram.hello"),
      "the answer",
    );
    assert.deepEqual([...host.session.values.keys()], before);
  });
});

Deno.test("an answer that cannot be sent never holds up what comes after it", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    fake.faults.add({
      chat: olga.id,
      fault: { kind: "refuse", code: 403, description: "Forbidden: bot was blocked by the user" },
    });
    fake.world.sayPrivate(olga, "/start token-1");
    fake.world.say(olga, group, "hello");
    await host.event("message");
  });
});

Deno.test("a user account makes the group, adds the bot, and the link is one that the bot can end", async () => {
  const account = userAccount();
  await withTelegram(
    { config: { user: USER }, maker: () => account.maker },
    async ({ fake, adapter, signal }) => {
      account.fake = fake;
      const { chat, inviteUrl } = await adapter.createGroup?.(SPEC, { signal }) ?? {};
      assert(chat !== undefined && inviteUrl);
      assert.equal(fake.world.title(chat), "Lake weekend");
      assert.deepEqual(fake.world.links(chat), [inviteUrl]);
      const next = await adapter.revokeInvite(chat, { signal });
      assert.deepEqual(fake.world.links(chat), [next]);
      assert.equal(adapter.adoptLink, undefined);
    },
  );
});

Deno.test("a creation that broke off half-way is taken up where it ended, without a second group", async () => {
  const account = userAccount();
  await withTelegram(
    { config: { user: USER }, maker: () => account.maker },
    async ({ fake, adapter, signal }) => {
      account.fake = fake;
      account.failPromotions = 1;
      assert(
        await failure(adapter.createGroup?.(SPEC, { signal }) ?? Promise.resolve()) instanceof RetryLater,
      );
      const made = await adapter.createGroup?.(SPEC, { signal });
      assert.deepEqual(await adapter.createGroup?.(SPEC, { signal }), made);
      assert.equal(account.created, 1);
    },
  );
});

Deno.test("leaving a group that the user account made takes that account out too, and forgets the group", async () => {
  const account = userAccount();
  await withTelegram(
    { config: { user: USER }, maker: () => account.maker },
    async ({ fake, host, adapter, signal }) => {
      account.fake = fake;
      const { chat } = await adapter.createGroup?.(SPEC, { signal }) ?? {};
      assert(chat !== undefined);
      const options = { opId: OpId.parse("leave"), signal };
      await adapter.send(chat, { type: "leave" }, options);
      assert.deepEqual(account.left, [chat]);
      assert.equal(fake.world.hasBot(chat), false);
      assert.deepEqual([...host.session.values.keys()], ["me"]);
      assert(await failure(adapter.send(chat, { type: "leave" }, options)) instanceof ChatGone);
    },
  );
});

/** A user account at the same fake Telegram. */
function userAccount(): {
  fake: FakeTelegram | null;
  failPromotions: number;
  created: number;
  readonly left: string[];
  readonly maker: GroupMaker;
} {
  const account = { fake: null as FakeTelegram | null, failPromotions: 0, created: 0, left: [] as string[] };
  const worldOf = (): FakeTelegram["world"] => {
    assert(account.fake !== null);
    return account.fake.world;
  };
  const service = { user: null as ReturnType<FakeTelegram["world"]["addUser"]> | null };
  const maker: GroupMaker = {
    create: ({ title }) => {
      service.user ??= worldOf().addUser("Service");
      account.created += 1;
      const group = worldOf().createGroup(title, service.user);
      return Promise.resolve({ chat: ChatId.parse(String(group)), handle: String(group) });
    },
    promote: (handle, username) => {
      assert.equal(username, account.fake?.bot.username);
      if (account.failPromotions-- > 0) return Promise.reject(new RetryLater("Cannot promote yet", 1));
      assert(service.user !== null);
      worldOf().addBot(Number(handle), { by: service.user, admin: true });
      return Promise.resolve();
    },
    leave: (handle) => {
      account.left.push(handle);
      return Promise.resolve();
    },
  };
  return Object.assign(account, { maker });
}
