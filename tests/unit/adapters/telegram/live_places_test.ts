/** Places whose time is over: Telegram tells nothing of it. */
import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../../../actors/model/mod.ts";
import { LivePlaces } from "../../../../adapters/telegram/live_places.ts";
import { ContractHost } from "../../../contract/contract_host.ts";

const PLACE = {
  native: NativeId.parse("3@x"),
  chat: ChatId.parse("-1"),
  author: { native: NativeId.parse("5"), name: "Ada" },
  latitude: 1,
  longitude: 2,
  periodMs: 60_000,
};
const { signal } = new AbortController();

Deno.test("a place whose time is over is told once, where it was last", async () => {
  const host = new ContractHost();
  const places = new LivePlaces(host);
  await places.began(PLACE);
  await places.moved({ ...PLACE, latitude: 7 });
  host.pass(59_000);
  await places.tellEnded(signal);
  assert.equal(host.taken.length, 0);
  host.pass(2_000);
  await places.tellEnded(signal);
  await places.tellEnded(signal);
  assert.equal(host.taken.length, 1);
  const [event] = host.taken;
  assert(event?.type === "edit");
  assert.deepEqual(event.target, { native: PLACE.native });
  assert.deepEqual(event.content, { type: "location", latitude: 7, longitude: 2, live: "ended" });
});

Deno.test("a place that goes on for longer ends later, and one that was ended is not told again", async () => {
  const host = new ContractHost();
  const places = new LivePlaces(host);
  await places.began(PLACE);
  await places.moved({ ...PLACE, periodMs: 120_000 });
  host.pass(61_000);
  await places.tellEnded(signal);
  assert.equal(host.taken.length, 0);
  await places.ended(PLACE.native);
  host.pass(120_000);
  await places.tellEnded(signal);
  assert.equal(host.taken.length, 0);
});

Deno.test("places are known after a restart, and of many the oldest is forgotten", async () => {
  const host = new ContractHost();
  const places = new LivePlaces(host);
  for (let at = 0; at < 201; at++) await places.began({ ...PLACE, native: NativeId.parse(`${at}@x`) });
  host.pass(60_000);
  await new LivePlaces(host).tellEnded(signal);
  assert.equal(host.taken.length, 200);
  assert(
    host.taken.every((event) =>
      event.type === "edit" && "native" in event.target && event.target.native !== "0@x"
    ),
  );
});
