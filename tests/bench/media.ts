/** Files: a large one from browser to browser and what it costs of memory, and how long common conversions take. */
// deno-lint-ignore-file no-console -- benches print
import { z } from "zod";
import type { MediaKind, MediaTable } from "../../actors/model/mod.ts";
import { GroupId, NativeId } from "../../actors/model/mod.ts";
import type { MediaLibrary } from "../../actors/ports/mod.ts";
import { openMediaLibrary } from "../../adapters/media/mod.ts";
import { signUp } from "../fakes/people.ts";
import { plenumProcess } from "../fakes/plenum.ts";
import { sampleFile, type SampleName } from "../fixtures/files.ts";
import { aim, head, say } from "./figures.ts";

const LARGE_BYTES = 500_000_000;
const WARM_BYTES = 20_000_000;
const PIECE_BYTES = 64 * 1024;
/** The aim. */
const GROWTH_MAX = 64 * 1024 * 1024;
const GROUP = GroupId.parse("g_AAAAAAAAAAAAAAAAAAAAAA");
const Taken = z.object({ fileId: z.string() });
const Sent = z.object({ messageId: z.string() });
const NEVER = new AbortController().signal;

interface Growth {
  readonly ms: number;
  readonly bytes: number;
}

function ownRss(): number {
  return Deno.memoryUsage().rss;
}

/** Of another process, as Linux tells it. */
function rssOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** Looks at how much memory a process has, for as long as something runs. */
async function growthOf(rss: () => number, work: () => Promise<void>): Promise<Growth> {
  const before = rss();
  let most = before;
  const watch = setInterval(() => most = Math.max(most, rss()), 20);
  const began = performance.now();
  try {
    await work();
    return { ms: performance.now() - began, bytes: Math.max(most, rss()) - before };
  } finally {
    clearInterval(watch);
  }
}

/** Bytes that do not repeat. */
async function* large(bytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = crypto.getRandomValues(new Uint8Array(PIECE_BYTES));
  const count = new DataView(piece.buffer);
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    count.setUint32(0, at);
    yield await Promise.resolve(piece.slice(0, Math.min(PIECE_BYTES, bytes - at)));
  }
}

async function takeIn(library: MediaLibrary, bytes: number): Promise<NativeId> {
  const upload = { body: ReadableStream.from(large(bytes)), mime: "", name: "large.bin", voice: false };
  return (await library.take(GROUP, upload, { signal: NEVER })).media.native;
}

async function readOut(library: MediaLibrary, file: NativeId): Promise<number> {
  let bytes = 0;
  for await (const piece of (await library.open(GROUP, file, { signal: NEVER })).body) bytes += piece.length;
  return bytes;
}

function tell(taken: Growth, read: Growth, loadedBytes: number): void {
  const rate = (ms: number): string => `${Math.round(LARGE_BYTES / 1e6 / ms * 1000)} MB/s`;
  const growth = Math.max(taken.bytes, read.bytes);
  say("taken in", rate(taken.ms));
  say("read", rate(read.ms));
  const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  say("memory grows by at most", `${mebibytes(growth)}  ${aim(growth <= GROWTH_MAX, "64 MiB")}`);
  const whole = loadedBytes + growth;
  say(
    "the same, from before the first file of the process",
    `${mebibytes(whole)}  ${aim(whole <= GROWTH_MAX, "64 MiB")}`,
  );
}

function checkRead(bytes: number): void {
  if (bytes !== LARGE_BYTES) throw new Error(`Cannot be right as all must be read: ${bytes} bytes were`);
}

async function crossing(library: MediaLibrary): Promise<void> {
  head(`A file of ${LARGE_BYTES / 1e6} MB through the library: taken in, sealed, read again`);
  // What is loaded and compiled once is told apart.
  const fresh = ownRss();
  await readOut(library, await takeIn(library, WARM_BYTES));
  const loaded = ownRss() - fresh;
  let file = NativeId.parse("none");
  const taken = await growthOf(ownRss, async () => void (file = await takeIn(library, LARGE_BYTES)));
  const read = await growthOf(ownRss, async () => checkRead(await readOut(library, file)));
  tell(taken, read, loaded);
}

/** As browsers send files, on a socket: `fetch` of Deno sends a stream many times slower than it is taken. */
async function uploaded(
  url: string,
  { path, authorization, bytes }: {
    readonly path: string;
    readonly authorization: string;
    readonly bytes: number;
  },
): Promise<string> {
  const { hostname, port } = new URL(url);
  using socket = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    `POST ${path} HTTP/1.1`,
    ...[`host: ${hostname}:${port}`, `authorization: ${authorization}`, `content-length: ${bytes}`],
    ...["content-type: application/octet-stream", "connection: close", "", ""],
  ].join("\r\n");
  const writer = socket.writable.getWriter();
  await writer.write(new TextEncoder().encode(head));
  for await (const piece of large(bytes)) await writer.write(piece);
  const [first = "", body = ""] = (await new Response(socket.readable).text()).split("\r\n\r\n");
  if (!first.startsWith("HTTP/1.1 201")) throw new Error("Cannot bench as the file must be taken in");
  return body;
}

/** Somebody in a browser sends a file, somebody else reads it: as `deno task start` runs it, in a process of its own. */
async function overHttp(dataDir: string): Promise<void> {
  head(`A file of ${LARGE_BYTES / 1e6} MB from browser to browser, over HTTP`);
  const plenum = await plenumProcess({ DATA_DIR: dataDir, SANDBOX: "off", LOG_LEVEL: "info" });
  try {
    const owner = await signUp(plenum.url);
    const { id } = await owner.createGroup("Bench", ["web"]);
    const authorization = `Bearer ${owner.token}`;
    const ask = async (path: string, init: RequestInit): Promise<Response> => {
      const headers = { authorization, ...init.headers };
      const answer = await fetch(`${plenum.url}/api/groups/${id}/${path}`, { ...init, headers });
      if (!answer.ok) throw new Error(`Cannot bench as the answer must be 2xx: it is ${answer.status}`);
      return answer;
    };
    const send = async (bytes: number): Promise<string> => {
      const path = `/api/groups/${id}/files?name=large.bin`;
      const taken = Taken.parse(JSON.parse(await uploaded(plenum.url, { path, authorization, bytes })));
      const message = JSON.stringify({ attachments: [{ fileId: taken.fileId }] });
      const headers = { "content-type": "application/json" };
      return Sent.parse(await (await ask("messages", { method: "POST", headers, body: message })).json())
        .messageId;
    };
    const read = async (message: string): Promise<number> => {
      let bytes = 0;
      for await (const piece of (await ask(`messages/${message}/file`, {})).body ?? []) bytes += piece.length;
      return bytes;
    };
    const rss = (): number => rssOf(plenum.pid);
    const fresh = rss();
    await read(await send(WARM_BYTES));
    const loaded = rss() - fresh;
    let message = "";
    const taken = await growthOf(rss, async () => void (message = await send(LARGE_BYTES)));
    tell(taken, await growthOf(rss, async () => checkRead(await read(message))), loaded);
  } finally {
    await plenum.terminate();
  }
}

const CONVERSIONS: readonly (readonly [what: string, SampleName, MediaKind, to: string, waveform?: true])[] =
  [
    ["photo, turned and without its position", "jpeg", "photo", "image/jpeg"],
    ["photo, PNG to JPEG", "png", "photo", "image/jpeg"],
    ["voice of 3 s, ogg/opus to m4a, waveform", "ogg", "voice", "audio/mp4", true],
    ["voice of 3 s, m4a to ogg/opus, waveform", "m4a", "voice", "audio/ogg", true],
    ["GIF to mp4", "gif", "gif", "video/mp4"],
    ["mp4 of 2 s to GIF", "silent-mp4", "gif", "image/gif"],
    ["sticker, webm to WebP", "webm", "sticker", "image/webp"],
    ["sticker, tgs to WebP", "tgs", "sticker", "image/webp"],
  ];

async function conversions(library: MediaLibrary): Promise<void> {
  head("Conversions, each of a file that was never seen before");
  for (const [what, sample, kind, to, waveform = false] of CONVERSIONS) {
    const { body, mime } = await sampleFile(sample);
    const limits = { support: "full" as const, mimes: [to], maxBytes: 50_000_000, caption: true, waveform };
    const table: MediaTable = { [kind]: limits };
    const media = { native: NativeId.parse(`native ${sample}`), mime, bytes: body.length };
    const open = (): Promise<{ mime: string; bytes: number; body: ReadableStream<Uint8Array> }> =>
      Promise.resolve({ mime, bytes: body.length, body: new Blob([body]).stream() });
    const began = performance.now();
    const fitted = await library.fit({ group: GROUP, id: what, kind, media, open }, table, { signal: NEVER });
    if (fitted.form !== "file") {
      throw new Error(`Cannot be right as a file must come of ${what}: ${fitted.form}`);
    }
    say(what, `${Math.round(performance.now() - began)} ms`);
  }
}

function log(event: string): void {
  console.log(`  (${event})`);
}

const dir = await Deno.makeTempDir({ prefix: "plenum-bench-" });
try {
  const library = await openMediaLibrary({
    address: { type: "disk", dir: `${dir}/media` },
    workDir: `${dir}/work`,
    secret: new Uint8Array(32).fill(7),
    host: { now: () => Date.now(), log: { debug: log, info: log, warn: log, error: log } },
    publicUrl: "https://plenum.example",
    retentionDays: 30,
  });
  await crossing(library);
  await overHttp(`${dir}/plenum`);
  await conversions(library);
} finally {
  await Deno.remove(dir, { recursive: true });
}
