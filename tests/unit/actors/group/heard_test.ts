/** What groups read of things that cannot be relayed, and of people whom a message mentions. As messengers get it. */
import assert from "node:assert/strict";
import { ChatId, type Event, NativeId, type NativeOp } from "../../../../actors/model/mod.ts";
import { crashingStore } from "../../../fakes/crashing_store.ts";
import { living } from "../../../fakes/living.ts";
import {
  readyGroup,
  type Scripted,
  type ScriptedRelay,
  scriptedRelay,
  when,
} from "../../../fakes/scripted.ts";

const NUMBER = "4915112345678";
const ADA = { native: NativeId.parse(`${NUMBER}@s.whatsapp.net`), name: "Ada" };

const PICTURE = { native: NativeId.parse("p1"), mime: "image/jpeg", bytes: null };

let ids = 0;

async function tell({ ends }: ScriptedRelay, event: Partial<Event> & Pick<Event, "type">): Promise<void> {
  const head = { id: `told-${ids++}`, chat: ChatId.parse("whatsapp-chat"), at: Date.now() };
  await ends.whatsapp.host?.deliver({ ...head, ...event } as Event);
}

function texts({ ops }: Scripted): string[] {
  const posts = ops.filter((op): op is NativeOp & { type: "post" } => op.type === "post");
  return posts.map(({ text }) => text.text);
}

/** Everybody has heard everything: what is said now comes after it. */
async function heard({ ends, say }: ScriptedRelay): Promise<void> {
  const text = `that was all ${ids++}`;
  await say("telegram", text);
  for (const end of [ends.whatsapp, ends.signal]) await when(text, () => end.sent.includes(text));
}

Deno.test("that somebody sent something to be seen once is told once to everybody, and never again", async () => {
  const kv = await Deno.openKv(":memory:");
  const first = await scriptedRelay(crashingStore(kv).store);
  await readyGroup(first.relay);
  const once = { type: "note", note: "view-once", author: ADA } as const;
  const count = (end: Scripted): number => texts(end).filter((text) => /seen once/.test(text)).length;

  await tell(first, once);
  await tell(first, once);
  await heard(first);
  const all = [first.ends.whatsapp, first.ends.signal, first.ends.telegram];
  await when("Telegram has it", () => count(first.ends.telegram) === 1);
  const counts = all.map(count);
  await first.relay.stop();
  const second = await scriptedRelay(crashingStore(kv).store);
  await tell(second, once);
  await heard(second);

  assert.deepEqual(counts, [1, 1, 1]);
  assert.equal(count(second.ends.signal), 0);
  await second.relay.stop();
  kv.close();
});

Deno.test("a new picture or description that cannot be set is told to the others, under a name and without a number", () =>
  living(async (world) => {
    await tell(world, { type: "icon", media: PICTURE, author: ADA });
    await tell(world, { type: "description", author: ADA, text: "We meet\nat the lake" });
    await tell(world, { type: "description", author: ADA, text: "" });
    await tell(world, { type: "icon", media: null, author: { ...ADA, name: "" } });
    await tell(world, { type: "icon", media: { ...PICTURE, native: NativeId.parse("p2") } });
    await heard(world);

    const told = texts(world.ends.signal).slice(0, -1);
    assert.deepEqual(told, [
      "Ada changed the picture of the WhatsApp group.",
      "Ada changed the description of the WhatsApp group: We meet at the lake",
      "Ada took the description of the WhatsApp group away.",
      "Ada changed the picture of the WhatsApp group.",
    ]);
    assert.deepEqual(texts(world.ends.whatsapp).length, 1);
  }));

Deno.test("a mention reaches the others as a name, be it of somebody known or of nobody whom we know", () =>
  living(async (world) => {
    const stranger = "4917099999999";
    const text = `@${NUMBER} and @${stranger}: noon?`;
    const mentions = [NUMBER, stranger].map((number) => ({
      type: "mention" as const,
      start: text.indexOf(`@${number}`),
      length: number.length + 1,
      person: NativeId.parse(`${number}@s.whatsapp.net`),
    }));
    const body = { text, spans: mentions };
    const author = { ...ADA, name: "Ada\nfaked line" };
    const native = NativeId.parse("mentioning");

    await tell(world, { type: "message", author, native, content: { type: "text", body } });
    const more = { ...body, text: `${text}!` };
    await tell(world, { type: "edit", author, target: { native }, content: { type: "text", body: more } });
    await heard(world);

    const said = texts(world.ends.signal)[0]?.split("\n").slice(1).join("\n");
    assert.match(said ?? "", /^@Ada faked line and @WhatsApp guest [0-9A-F]{3}: noon\?$/);
    const edit = world.ends.signal.ops.find(({ type }) => type === "edit");
    assert.ok(edit?.type === "edit" && edit.text.text.endsWith(": noon?!"));
    const shown = await world.relay.read.messages(world.group, { limit: 5 });
    const everything = JSON.stringify([world.ends.signal.ops, world.ends.telegram.ops, shown]);
    assert.match(JSON.stringify(shown), /WhatsApp guest/);
    assert.ok(!everything.includes(NUMBER) && !everything.includes(stranger));
  }));
