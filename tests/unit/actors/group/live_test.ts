/** What is told to those who watch a group, and to those whose line was cut for a while. */
import assert from "node:assert/strict";
import { GroupId, type LiveEvent } from "../../../../actors/model/mod.ts";
import { Live } from "../../../../actors/group/live.ts";
import { Timer } from "../../../../actors/system/timer.ts";

const GROUP = GroupId.parse("g_" + "0".repeat(22));

function event(seq: number): LiveEvent {
  return { seq, type: "group", data: { title: `title ${seq}`, ended: false } };
}

/** The first `count` events, then the line is cut. */
async function read(live: Live, count: number, after?: number): Promise<number[]> {
  const abort = new AbortController();
  const seqs: number[] = [];
  const options = { now: 99, signal: abort.signal, ...(after === undefined ? {} : { after }) };
  for await (const { seq, type } of live.watch(GROUP, options)) {
    seqs.push(type === "reset" ? -1 : seq);
    if (seqs.length === count) abort.abort();
  }
  return seqs;
}

async function withLive(
  run: (live: Live, pass: (ms: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  let passed = 0;
  const timer = new Timer(() => performance.now() + passed);
  const pass = async (ms: number): Promise<void> => {
    // What rings next looks at the clock for all that wait.
    const rung = timer.pause(1);
    passed += ms;
    await rung;
  };
  try {
    await run(new Live(timer), pass);
  } finally {
    timer.stop();
  }
}

Deno.test("whoever comes back within a minute gets what was missed, even if nobody else was there", () =>
  withLive(async (live) => {
    const first = read(live, 1);
    live.publish(GROUP, event(1));
    assert.deepEqual(await first, [1]);
    for (const seq of [2, 3]) live.publish(GROUP, event(seq));
    assert.deepEqual(await read(live, 2, 1), [2, 3]);
  }));

Deno.test("whoever comes back later is told to read again, and nothing is kept", () =>
  withLive(async (live, pass) => {
    const first = read(live, 1);
    live.publish(GROUP, event(1));
    await first;
    assert.equal(live.watched(GROUP), true);
    await pass(60_001);
    assert.equal(live.watched(GROUP), false);
    assert.deepEqual(await read(live, 1, 1), [-1]);
  }));
