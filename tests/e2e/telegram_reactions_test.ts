/** Reactions of people, with real grammY against the fake server: custom emoji have to be asked for. */
import assert from "node:assert/strict";
import { withTelegram } from "./telegram_opened.ts";

Deno.test("a custom emoji comes as the emoji that it stands for, which is asked once", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    const { world } = fake;
    await host.event("rights");
    const custom = world.addCustomEmoji("🦩");
    const id = world.say(olga, group, "look");
    world.react(olga, group, id, ["👍", custom]);
    await host.event("reaction", ({ emoji }) => emoji.join() === "👍,🦩");
    world.react(olga, group, id, [custom]);
    await host.event("reaction", ({ emoji }) => emoji.join() === "🦩");
    assert.equal(fake.calls.filter(({ method }) => method === "getCustomEmojiStickers").length, 1);
  });
});

Deno.test("a custom emoji that Telegram cannot tell now is left out and holds nothing up", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    const { world, faults } = fake;
    await host.event("rights");
    const custom = world.addCustomEmoji("🦩");
    const id = world.say(olga, group, "look");
    faults.add({ method: "getCustomEmojiStickers", fault: { kind: "flood", retryAfterSeconds: 600 } });
    world.react(olga, group, id, [custom, "👍"]);
    await host.event("reaction", ({ emoji }) => emoji.join() === "👍");
    world.react(olga, group, id, [custom]);
    await host.event("reaction", ({ emoji }) => emoji.join() === "🦩");
  });
});

Deno.test("an administrator who hides behind the group reacts as the group", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group }) => {
    // Telegram keeps reactions only once they were asked for.
    await host.event("rights");
    world.react(olga, group, world.say(olga, group, "look"), ["👍"], { anonymous: true });
    const { author, emoji } = await host.event("reaction");
    assert.deepEqual([author, emoji], [{ native: String(group), name: "Lake" }, ["👍"]]);
  });
});
