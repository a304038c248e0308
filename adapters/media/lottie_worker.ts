/** Draws one Lottie animation: thorvg as WebAssembly, in a worker of its own that can be ended whatever it is busy with. */
import { parentPort, workerData } from "node:worker_threads";
import { DotLottie } from "@lottiefiles/dotlottie-web";

/** What is to be drawn. */
export interface LottieOrder {
  readonly json: string;
  readonly side: number;
  readonly framesMax: number;
  /** Frames a second at most. */
  readonly rate: number;
}

/** What was drawn: RGBA, one frame after the other; or why not. */
export type LottieAnswer =
  | { readonly frames: Uint8Array<ArrayBuffer>; readonly count: number; readonly delayMs: number }
  | { readonly problem: string };

async function draw({ json, side, framesMax, rate }: LottieOrder): Promise<LottieAnswer> {
  DotLottie.setWasmUrl(import.meta.resolve("@lottiefiles/dotlottie-web/dotlottie-player.wasm"));
  const canvas = { width: side, height: side };
  const player = new DotLottie({ canvas, data: json, autoplay: false, useFrameInterpolation: false });
  const loaded = Promise.withResolvers<void>();
  player.addEventListener("load", () => loaded.resolve());
  player.addEventListener("loadError", () => loaded.reject(new Error("Cannot draw what is no Lottie")));
  await loaded.promise;
  const seconds = player.duration;
  const count = Math.max(1, Math.min(framesMax, Math.round(seconds * rate)));
  const frames = new Uint8Array(side * side * 4 * count);
  for (let at = 0; at < count; at++) {
    player.setFrame(Math.min(player.totalFrames - 1, at * player.totalFrames / count));
    const drawn = player.buffer;
    if (drawn === null) throw new Error("Cannot draw a frame as there must be one: there is none");
    frames.set(drawn, side * side * 4 * at);
  }
  player.destroy();
  return { frames, count, delayMs: Math.round(Math.max(20, seconds * 1000 / count)) };
}

draw(workerData).then(
  (answer) => parentPort?.postMessage(answer),
  (error) => parentPort?.postMessage({ problem: error instanceof Error ? error.name : "unknown" }),
);
