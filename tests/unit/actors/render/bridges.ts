/** Bridges to lower for: tables with the limits of the real messengers, and what is known of earlier messages. */
import {
  type Capabilities,
  type MessageId,
  messageIdOf,
  Messenger,
  NativeId,
} from "../../../../actors/model/mod.ts";
import { createTexts, type LowerContext } from "../../../../actors/render/mod.ts";
import { PLAIN } from "../../../fakes/plain_adapter.ts";
import de from "../../../../static/locales/de.json" with { type: "json" };
import en from "../../../../static/locales/en.json" with { type: "json" };

const ALL_SPANS = {
  bold: "full",
  italic: "full",
  underline: "full",
  strike: "full",
  spoiler: "full",
  code: "full",
  pre: "full",
  quote: "full",
  link: "full",
} as const;

const texts = createTexts({ en, de });

/** A messenger that can do everything, with `changes`. */
export function table(changes: Partial<Capabilities> = {}): Capabilities {
  return {
    ...PLAIN,
    text: { max: { count: 4096, unit: "utf16" }, spans: ALL_SPANS },
    title: { maxUtf16: 32 },
    ...changes,
  };
}

/** A text limit and nothing but plain characters. */
export function plainText(count: number, unit: "utf16" | "bytes" = "utf16"): Partial<Capabilities> {
  return { text: { max: { count, unit }, spans: {} } };
}

/** A bridge that knows `natives` of every message, each `ageMs` old. */
export function bridge(
  capabilities: Capabilities,
  known: { natives?: readonly string[]; ageMs?: number | null; refused?: boolean } = {},
): LowerContext {
  return {
    capabilities,
    messenger: Messenger.parse("telegram"),
    natives: () => (known.natives ?? []).map((id) => NativeId.parse(id)),
    shared: () => null,
    ageMs: () => known.ageMs ?? null,
    fitted: () => null,
    time: (at) => new Date(at).toISOString().slice(11, 16),
    text: (key, values) => texts("en", key, values),
    refused: known.refused ?? false,
  };
}

/** Anna, who writes from WhatsApp. */
export const ANNA = { name: "Anna", messenger: Messenger.parse("whatsapp") };

/** A message of the group. */
export const MESSAGE: MessageId = messageIdOf(42);

/** An earlier one. */
export const EARLIER: MessageId = messageIdOf(41);
