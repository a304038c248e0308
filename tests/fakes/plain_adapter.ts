/** The least that an adapter can be: connected at once, able to do everything with text. Tests put theirs on top. */
import type { Capabilities } from "../../actors/model/mod.ts";
import { ChatId } from "../../actors/model/mod.ts";
import type { Adapter, AdapterHost } from "../../actors/ports/mod.ts";

export const PLAIN: Capabilities = {
  version: "test",
  text: { max: { count: 4096, unit: "utf16" }, spans: {} },
  reply: "full",
  edit: { support: "full", windowMs: null },
  delete: { support: "full", windowMs: null },
  reaction: { support: "full", emoji: "any" },
  title: { maxUtf16: 128 },
  membersMax: null,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: { chat: null, account: null },
  media: {},
  location: "none",
  contact: "none",
};

let made = 0;

export function plainAdapter(host: AdapterHost, own: Partial<Adapter> & Pick<Adapter, "send">): Adapter {
  return {
    capabilities: () => PLAIN,
    run: (signal) => {
      host.report({ status: "connected" });
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    createGroup: () => Promise.resolve({ chat: ChatId.parse(`chat${made++}`), inviteUrl: null }),
    inviteLink: () => Promise.resolve(null),
    revokeInvite: () => Promise.resolve(null),
    members: nobody,
    openMedia: () => Promise.reject(new Error("Cannot open media of a plain adapter")),
    link: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...own,
  };
}

async function* nobody(): AsyncGenerator<never> {}
