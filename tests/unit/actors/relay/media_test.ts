import assert from "node:assert/strict";
import type { GroupId } from "../../../../actors/model/mod.ts";
import type { MediaLibrary } from "../../../../actors/ports/mod.ts";
import { NO_MEDIA } from "../../../../actors/relay/no_media.ts";
import { kvStore } from "../../../../actors/store/kv_store.ts";
import { createGroup, scriptedRelay, when } from "../../../fakes/scripted.ts";

const HOUR_MS = 3_600_000;

Deno.test("files are swept every hour, also after a sweep that failed, and erased with their group", async () => {
  const store = kvStore(await Deno.openKv(":memory:"));
  let sweeps = 0;
  const erased: GroupId[] = [];
  const media: MediaLibrary = {
    ...NO_MEDIA,
    state: "without ffmpeg",
    sweep: () => ++sweeps === 1 ? Promise.reject(new Error("full disk")) : Promise.resolve(),
    erase: (group) => Promise.resolve(void erased.push(group)),
  };
  const scripted = await scriptedRelay(store, { media });
  const { relay, pass } = scripted;
  const { id } = await createGroup(relay);

  for (const count of [1, 2, 3]) {
    assert.equal(sweeps, count - 1);
    pass(HOUR_MS + 1);
    // What people do wakes the one timer that all share.
    await when("it is swept", async () => {
      await scripted.say("signal", "hello");
      return sweeps === count;
    });
  }
  assert.equal(relay.health().detail.files, "without ffmpeg");
  await relay.ask.endGroup(id);
  await when("it is erased", () => erased.includes(id));
  await relay.stop();
});
