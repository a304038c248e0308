/** What the browser can carry: everything that the core has a model for. */
import type { Capabilities } from "../../actors/model/mod.ts";

/** Nobody but us sets limits here: a text may be about as long as a page shows well, and nothing is paced. */
export const WEB: Capabilities = {
  version: "web-1",
  text: {
    max: { count: 16_000, unit: "utf16" },
    spans: {
      bold: "full",
      italic: "full",
      underline: "full",
      strike: "full",
      spoiler: "full",
      code: "full",
      pre: "full",
      quote: "full",
      link: "full",
      mention: "full",
    },
  },
  reply: "full",
  edit: { support: "full", windowMs: null },
  delete: { support: "full", windowMs: null },
  reaction: { support: "full", emoji: "any" },
  title: { maxUtf16: 128 },
  membersMax: null,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: { chat: null, account: null },
  media: {},
  location: "full",
  contact: "full",
};
