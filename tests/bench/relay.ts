/** `relay`: 1,000 groups, messages of 200 bytes to three bridges each. */
import { aim, head, number, percentile, perSecond, say, spread } from "./figures.ts";
import { openLoop, saturate } from "./load.ts";
import { rawBatches, rawCommits, sqliteAppends } from "./raw.ts";
import { makeGroups, openWorld } from "./world.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 5);

head("Physical limit, same run");
const commits = await rawCommits(SECONDS * 500);
say("Deno KV, one commit after another (commits/s)", number(commits));
say("Deno KV, 500 sets a commit (rows/s)", number(await rawBatches(SECONDS * 500)));
say("node:sqlite, WAL, synchronous FULL (appends/s)", number(await sqliteAppends(SECONDS * 500)));

const world = await openWorld();
const chats = await makeGroups(world, 1_000);
await saturate(world, chats, 20_000);

head("Saturated: 1,000 groups, 200 bytes, three bridges");
const full = await saturate(world, chats, SECONDS * 15_000);
const delivered = perSecond(full.count, full.deliveredInMs);
say("accepted durably (messages/s)", number(perSecond(full.count, full.acceptedInMs)));
say("delivered to three bridges (messages/s)", `${number(delivered)}  ${aim(delivered >= 15_000, "15,000")}`);
const ratio = delivered / commits;
say("against KV commits one after another, one a message", `${ratio.toFixed(1)}x  ${aim(ratio >= 5, "5x")}`);

// Accept, decide and three receipts: what a relay that commits each step on its own would need.
say("against KV commits one after another, one a step (five)", `${(ratio * 5).toFixed(1)}x`);

head("Open loop");
for (const rate of [200, 1_000, 5_000]) {
  const run = await openLoop(world, chats, { rate, ms: SECONDS * 1000 });
  const p99 = percentile(run.acceptMs, 0.99);
  say(
    `${number(rate)}/s: accept`,
    spread(run.acceptMs) + (rate === 1_000 ? `  ${aim(p99 <= 10, "p99 10 ms")}` : ""),
  );
  say(`${number(rate)}/s: accept to last of three sends`, spread(run.lastMs));
}

const before = performance.now();
await world.stop();
say("stop: what was in flight written, all closed", `${number(performance.now() - before)} ms`);
