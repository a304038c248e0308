/** What fits a commit is known before it is written, and what does not is never silent. */
import assert from "node:assert/strict";
import type { Mutation } from "../../../../actors/ports/mod.ts";
import {
  checkFits,
  Committer,
  encodeRow,
  key,
  kvStore,
  takeSession,
  TooLarge,
} from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

function rows(count: number): Mutation[] {
  return Array.from({ length: count }, (_, at) => ({ key: key.guest(`${at}`), value: encodeRow({ v: 1 }) }));
}

Deno.test("whatever is said to fit is written, and whatever is not is refused to whoever wrote it", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = kvStore(kv);
  const host = fakeHost();
  const committer = new Committer({
    store,
    session: await takeSession(store, "test"),
    log: host.log,
    metrics: host.metrics,
    pause: () => Promise.resolve(),
    maxWaitingBytes: 1e6,
    onFenced: () => {},
  });
  const fits = [
    { records: ["x".repeat(739_999)] },
    { records: ["€".repeat(246_666)] },
    { records: [], rows: rows(948) },
  ];
  const over = [
    { records: ["x".repeat(740_000)] },
    { records: ["€".repeat(246_667)] },
    { records: [], rows: rows(949) },
  ];

  for (const append of fits) {
    checkFits(append);
    await committer.write(append);
  }
  for (const append of over) {
    assert.throws(() => checkFits(append), TooLarge);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    committer.append(append, reject, resolve);
    assert.ok(await promise instanceof TooLarge);
  }

  assert.equal(host.logs.filter(({ event }) => event === "append-too-large").length, over.length);
  assert.throws(() => checkFits({ records: [], rows: [{ key: key.bell(), value: new Uint8Array(65_537) }] }));
  kv.close();
});
