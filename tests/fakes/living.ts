/** A scripted relay with one group, over a disk that a test can crash. */
import type { GroupId } from "../../actors/model/mod.ts";
import { RetryLater } from "../../actors/ports/mod.ts";
import { type CrashingStore, crashingStore } from "./crashing_store.ts";
import { readyGroup, type Scripted, type ScriptedRelay, scriptedRelay } from "./scripted.ts";

/** What people said, as it arrived. */
export function talk(end: Scripted): string[] {
  return end.sent.filter((text) => text.startsWith("message"));
}

/** Refuses for `ms`. */
export function later(ms: number): () => never {
  return () => {
    throw new RetryLater("Cannot send yet", ms);
  };
}

/** Plays in a world that is taken away afterwards. */
export async function living(
  play: (world: ScriptedRelay & { readonly group: GroupId; readonly disk: CrashingStore }) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const world = await scriptedRelay(disk.store);
  try {
    await play({ ...world, group: await readyGroup(world.relay), disk });
  } finally {
    await world.relay.stop();
    kv.close();
  }
}
