/** Telegram's drawn stickers: gzipped Lottie, drawn frame by frame. */
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { Unconvertible } from "./ffmpeg.ts";
import type { LottieAnswer, LottieOrder } from "./lottie_worker.ts";
import { fromFrames, STICKER_SIDE } from "./pictures.ts";

/** Telegram's own limit is 64 KiB packed; what unpacks to more than this is no sticker. */
const JSON_MAX = 4 * 1024 * 1024;
const DRAW_MAX_MS = 30_000;
/** Three seconds, as long as Telegram's may be; all frames lie in memory until they are packed: 47 MB. */
const FRAMES = { framesMax: 45, rate: 15 };

/** As far as it has to be one, before a worker is started for it. */
const Lottie = z.object({
  fr: z.number().positive(),
  ip: z.number(),
  op: z.number(),
  w: z.number().positive(),
  h: z.number().positive(),
  layers: z.array(z.object({ ty: z.number() })).min(1),
});

/** Draws the sticker at `path` as a moving WebP. @throws {Unconvertible} */
export async function drawLottie(path: string, to: string, signal: AbortSignal): Promise<void> {
  const json = await unpacked(path);
  const answer = await drawn({ json, side: STICKER_SIDE, ...FRAMES }, signal);
  if ("problem" in answer) {
    throw new Unconvertible(`Cannot draw the sticker as it must be Lottie: ${answer.problem}`);
  }
  await fromFrames(answer.frames, { side: STICKER_SIDE, ...answer }).webp(to);
}

async function unpacked(path: string): Promise<string> {
  const file = await Deno.open(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  try {
    for await (const piece of file.readable.pipeThrough(new DecompressionStream("gzip"))) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > JSON_MAX) throw new RangeError("Cannot unpack more than a sticker has");
    }
    Lottie.parse(JSON.parse(text));
    return text;
  } catch (cause) {
    throw new Unconvertible(
      "Cannot unpack the sticker as it must be Lottie, gzipped, of a sane size: it is not",
      {
        cause,
      },
    );
  }
}

/** In a worker: a drawing that never ends is ended with it. */
async function drawn(order: LottieOrder, signal: AbortSignal): Promise<LottieAnswer> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./lottie_worker.ts", import.meta.url), { workerData: order });
  const answer = Promise.withResolvers<LottieAnswer>();
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DRAW_MAX_MS)]);
  const end = (): void =>
    answer.reject(new Unconvertible("Cannot draw the sticker as it must be done in time"));
  ended.addEventListener("abort", end);
  worker.on("message", (message) => answer.resolve(message));
  worker.on("error", () => answer.resolve({ problem: "crashed" }));
  try {
    return await answer.promise;
  } finally {
    ended.removeEventListener("abort", end);
    await worker.terminate();
    signal.throwIfAborted();
  }
}
