import assert from "node:assert/strict";
import { ChatId } from "../../../../actors/model/mod.ts";
import { changesOf, firstRow, Groups } from "../../../../adapters/signal/groups.ts";
import { iconId } from "../../../../adapters/signal/media_ids.ts";
import type { Group } from "../../../../adapters/signal/requests.ts";
import { MemorySession } from "../../../contract/contract_host.ts";

const [ME, ALICE, BEN] = ["me", "alice", "ben"] as const;
const CHAT = ChatId.parse("fsWMx1U8eztkC4tpSOw353f99stEB+Bn+L4+ll+UGgw=");
const TELLING = { me: ME, nameOf: (aci: string) => Promise.resolve(aci.toUpperCase()), now: 7 };
const ROW = firstRow({ title: "Tea", description: "", made: "op", me: ME });

function group(members: readonly string[], more: Partial<Group> = {}): Group {
  const people = (acis: readonly string[]): { uuid: string }[] => acis.map((uuid) => ({ uuid }));
  return {
    id: CHAT,
    name: "Tea",
    description: "",
    isMember: true,
    members: people(members),
    admins: people([ME]),
    ...more,
  };
}

Deno.test("who came and who went is told by name, each under an id of its own", async () => {
  const joined = await changesOf(ROW, group([ME, ALICE, BEN]), TELLING);
  assert.deepEqual(joined.events.map((event) => event.type === "join" && event.person.name), [
    "ALICE",
    "BEN",
  ]);
  const left = await changesOf(joined.row, group([ME, BEN]), TELLING);
  assert.deepEqual(left.events.map((event) => event.type === "leave" && event.person.native), [ALICE]);
  const ids = [...joined.events, ...left.events].map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
});

Deno.test("the same twice is no news, and told again after a crash it has the same ids", async () => {
  const first = await changesOf(ROW, group([ME, ALICE]), TELLING);
  const again = await changesOf(ROW, group([ME, ALICE]), TELLING);
  assert.deepEqual(first.events.map(({ id }) => id), again.events.map(({ id }) => id));
  assert.deepEqual((await changesOf(first.row, group([ME, ALICE]), TELLING)).events, []);
});

Deno.test("title, description, timer and picture are told, each once", async () => {
  const before = { ...ROW, icon: "old" };
  const now = group([ME], { name: "Coffee", description: "black", messageExpirationTime: 3600 });
  const { events, row } = await changesOf(before, now, { ...TELLING, icon: "new" });
  const told = events.map((event) => {
    if (event.type === "title") return event.title;
    if (event.type === "description") return event.text;
    if (event.type === "timer") return event.seconds;
    return event.type === "icon" ? event.media?.native : event.type;
  });
  assert.deepEqual(told, ["Coffee", "black", 3600, iconId({ chat: CHAT, sum: "new" })]);
  assert.deepEqual((await changesOf(row, now, { ...TELLING, icon: "new" })).events, []);
  const [gone] = (await changesOf(row, now, { ...TELLING, icon: null })).events;
  assert.deepEqual(gone?.type === "icon" && gone.media, null);
});

Deno.test("a picture that nobody has looked at before is no news", async () => {
  const { events, row } = await changesOf({ ...ROW, icon: undefined }, group([ME]), {
    ...TELLING,
    icon: "a",
  });
  assert.deepEqual([events, row.icon], [[], "a"]);
});

Deno.test("that we are out is told once", async () => {
  const gone = await changesOf(ROW, group([], { isMember: false }), TELLING);
  assert.deepEqual(gone.events.map(({ type }) => type), ["chat-gone"]);
  assert.deepEqual((await changesOf(gone.row, group([], { isMember: false }), TELLING)).events, []);
});

Deno.test("Signal's count of changes never goes back", async () => {
  const { row } = await changesOf({ ...ROW, revision: 9 }, group([ME]), { ...TELLING, revision: 4 });
  assert.equal(row.revision, 9);
});

Deno.test("groups are known after a restart until they are left", async () => {
  const session = new MemorySession();
  await new Groups(session).add(CHAT, ROW);
  const groups = new Groups(session);
  assert.deepEqual(await groups.all(), [CHAT]);
  assert.deepEqual(await groups.row(CHAT), ROW);
  await groups.forget(CHAT);
  assert.deepEqual([await groups.all(), await groups.row(CHAT)], [[], null]);
});
