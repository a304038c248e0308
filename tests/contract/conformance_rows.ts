/**
 * The kinds that people send, one row each: somebody does it on one messenger, and on each of the others the row says
 * how it arrived, once it has. What arrived wrong throws; what has not arrived yet is null.
 */
import type { Capabilities } from "../../actors/model/mod.ts";
import type { Act, ChatSeen, MessageSeen } from "./conformance_driver.ts";
import { known, type Somebody } from "./conformance_stage.ts";

/** How something arrived: as itself, as itself but for a part, as another kind of it, as a link, or in words. */
export type Level = "native" | "partial" | "converted" | "link" | "words";

/** Looks at somebody's phone. */
export type Look = (chat: ChatSeen, at: Somebody) => Level | null | Promise<Level | null>;

/** One scene: who does it, who sees it, and words that stand nowhere else. */
export interface Scene {
  readonly from: Somebody;
  readonly others: readonly Somebody[];
  readonly mark: string;
  readonly tables: Readonly<Record<string, Capabilities>>;
}

/** One kind. */
export interface Row {
  /** As people call it. */
  readonly kind: string;
  /** What a phone must be able to do for it. */
  readonly needs: readonly Act["do"][];
  /** From which messenger to which; absent: from all that can to all. */
  readonly pairs?: (from: string, to: string) => boolean;
  play(scene: Scene): Promise<Look>;
}

/** The message of ours that holds `words`. */
export function ours(chat: ChatSeen, words: string): MessageSeen | null {
  return chat.messages.findLast(({ ours, text, deleted }) => ours && !deleted && text.text.includes(words)) ??
    null;
}

/** Messages of ours that came since `before`. */
export function fresh(chat: ChatSeen, before: ReadonlySet<string> | undefined): MessageSeen[] {
  return chat.messages.filter(({ id, ours, deleted }) => ours && !deleted && before?.has(id) !== true);
}

/** What everybody had before. */
export async function before(
  others: readonly Somebody[],
): Promise<ReadonlyMap<Somebody, ReadonlySet<string>>> {
  const sets = new Map<Somebody, ReadonlySet<string>>();
  for (const other of others) sets.set(other, await known(other));
  return sets;
}
