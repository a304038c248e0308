/** `http`: POST messages over a real socket on 64 connections, against a route that does nothing. */
import { plenumHere } from "../fakes/plenum.ts";
import { signUp } from "../fakes/people.ts";
import { head, number, percentile, perSecond, say } from "./figures.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 5);
const CONNECTIONS = 64;

interface Rate {
  readonly perSecond: number;
  readonly p99Ms: number;
}

async function load(ms: number, call: (worker: number) => Promise<Response>): Promise<Rate> {
  const started = performance.now();
  const took: number[] = [];
  const worker = async (_: unknown, at: number): Promise<void> => {
    while (performance.now() - started < ms) {
      const begun = performance.now();
      const response = await call(at);
      await response.body?.cancel();
      if (response.status >= 300) {
        throw new Error(`Cannot bench as the answer must be 2xx: it is ${response.status}`);
      }
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return { perSecond: perSecond(took.length, performance.now() - started), p99Ms: percentile(took, 0.99) };
}

const dir = await Deno.makeTempDir();
const plenum = await plenumHere({ KV_PATH: `${dir}/kv` });
const owner = await signUp(plenum.url);
const groups: string[] = [];
for (let at = 0; at < 16; at++) groups.push((await owner.createGroup("Bench", ["web"])).id);
const headers = { "authorization": `Bearer ${owner.token}`, "content-type": "application/json" };
const body = JSON.stringify({ text: "x".repeat(200) });

head(`HTTP: ${CONNECTIONS} connections, client and server in one process`);
const noop = await load(SECONDS * 1000, () => fetch(`${plenum.url}/healthz`));
say("a route that does nothing (requests/s)", `${number(noop.perSecond)}, p99 ${noop.p99Ms.toFixed(1)} ms`);
const posts = await load(
  SECONDS * 1000,
  (at) =>
    fetch(`${plenum.url}/api/groups/${groups[at % groups.length]}/messages`, {
      method: "POST",
      headers,
      body,
    }),
);
say("POST messages, durable (requests/s)", `${number(posts.perSecond)}, p99 ${posts.p99Ms.toFixed(1)} ms`);
say("share", `${(posts.perSecond / noop.perSecond * 100).toFixed(0)} %`);
await plenum.stop();
await Deno.remove(dir, { recursive: true });
