/** A checkpoint deletes the journal piece by piece: whatever a crash leaves of it can be read. */
import assert from "node:assert/strict";
import type { Store } from "../../../../actors/ports/mod.ts";
import { Checkpoints } from "../../../../actors/relay/checkpoint.ts";
import { Timer } from "../../../../actors/system/timer.ts";
import {
  type CommitKeys,
  Committer,
  History,
  kvStore,
  line,
  MessageMap,
  readJournal,
  Seen,
  Sequence,
  takeSession,
} from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

const GROUP = `g_${"A".repeat(22)}`;
const SHORT = line(["w", GROUP as never, "signal" as never, 1, 1]);
/** Three chunks, whose borders lie inside the line. */
const LONG = line(["r", GROUP as never, "signal" as never, 1, 0, true, null, [
  ...Array.from({ length: 1_500 }, (_, at) => `${at}`.padEnd(100, "x") as never),
]]);
const COMMITS = 402;

interface Process {
  readonly committer: Committer;
  checkpoint(found: readonly CommitKeys[]): Promise<void>;
}

async function processOver(store: Store): Promise<Process> {
  const host = fakeHost();
  const session = await takeSession(store, "test");
  const committer = new Committer({
    store,
    session,
    log: host.log,
    metrics: host.metrics,
    pause: () => Promise.resolve(),
    maxWaitingBytes: 1e6,
    onFenced: () => {},
  });
  const deps = {
    host,
    committer,
    sequence: new Sequence(session.epoch),
    map: new MessageMap(store, 1e9),
    history: new History(store, 1e9),
    seen: new Seen(),
    lanes: { carry: () => ({ records: [], appends: [] }) } as never,
    groups: { undecided: [] } as never,
    timer: new Timer(() => host.now()),
    epoch: session.epoch,
  };
  return { committer, checkpoint: (found) => checkpoint(deps, found) };
}

async function checkpoint(
  deps: ConstructorParameters<typeof Checkpoints>[0],
  found: readonly CommitKeys[],
): Promise<void> {
  const checkpoints = new Checkpoints(deps);
  checkpoints.start(found);
  deps.timer.stop();
  await checkpoints.run();
}

/** One commit after another, the 400th chunk being in the middle of a long one. */
async function fill({ committer }: Process): Promise<void> {
  for (let at = 0; at < COMMITS; at++) await committer.write({ records: [at === 398 ? LONG : SHORT] });
}

/** The store as a process sees it that is killed at its second commit of deletions. */
function dying(store: Store, died: () => void): Store {
  let deletions = 0;
  return {
    ...store,
    commit: (checks, mutations) => {
      if (mutations.every(({ value }) => value === null)) deletions++;
      if (deletions < 2) return store.commit(checks, mutations);
      died();
      return new Promise(() => {});
    },
  };
}

Deno.test("a journal that a crash left half deleted is read, whichever session wrote it", async () => {
  for (const own of [true, false]) {
    const kv = await Deno.openKv(":memory:");
    const { promise, resolve } = Promise.withResolvers<void>();
    const mortal = dying(kvStore(kv), resolve);
    const first = await processOver(own ? mortal : kvStore(kv));
    await fill(first);
    if (own) void first.checkpoint([]);
    else void (await processOver(mortal)).checkpoint(await readJournal(kvStore(kv), () => {}));
    await promise;

    let records = 0;
    const left = await readJournal(kvStore(kv), () => records++);

    assert.ok(records > 0 && records < COMMITS, `some of it is left: ${records}`);
    assert.equal(left.length, records, "one record a commit was written, and no half of one is left");
    kv.close();
  }
});
