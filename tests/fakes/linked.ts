/** WhatsApp, or another, in the hands of a test: accounts that are linked, logged out and removed while everything runs. */
import { z } from "zod";
import type { Linkable } from "../../actors/mod.ts";
import { type Capabilities, ChatId, Messenger, NativeId, type NativeOp } from "../../actors/model/mod.ts";
import { AccountGone, type Adapter, type AdapterHost, type LinkIo } from "../../actors/ports/mod.ts";
import { PLAIN, plainAdapter } from "./plain_adapter.ts";

/** What its accounts say of themselves while nobody has linked them. */
export const NOT_LINKED = "Not linked yet";

const LOGIN = "login";

/** One account. */
export interface LinkedAccount {
  readonly host: AdapterHost;
  /** How often it was started. */
  runs: number;
  /** How often somebody began to link it. */
  linkings: number;
  /** Whether a linking is under way. */
  linking: boolean;
  unlinked: boolean;
  /** Titles of the groups that it made. */
  readonly made: string[];
  readonly ops: NativeOp[];
  /** The phone ends the login. */
  logOut(text: string): Promise<void>;
}

/** All its accounts, and what a test may turn. */
export interface LinkedMessenger {
  readonly linkable: Linkable;
  /** By id, as they were last opened. */
  readonly accounts: Map<string, LinkedAccount>;
  /** What linking does: resolves once a phone has linked it. */
  link: (io: LinkIo, signal: AbortSignal) => Promise<void>;
  /** What happens before a chat is made: throw what an adapter may throw. */
  create: (account: string) => void;
  capabilities: Capabilities;
}

/** A messenger whose accounts are linked. At first linking shows a code and is done at once. */
export function linkedMessenger(messenger = "whatsapp"): LinkedMessenger {
  const end: LinkedMessenger = {
    accounts: new Map(),
    link: (io) => Promise.resolve(io.show("qr", "a code")),
    create: () => {},
    capabilities: PLAIN,
    linkable: {
      config: {},
      definition: {
        messenger: Messenger.parse(messenger),
        config: z.unknown(),
        runsOn: "worker",
        linked: true,
        open: (id, _config, host) => open(end, id, host),
      },
    },
  };
  return end;
}

function open(end: LinkedMessenger, id: string, host: AdapterHost): Adapter {
  let leave = (_gone: AccountGone): void => {};
  let text = NOT_LINKED;
  const gone = (): AccountGone => {
    host.report({ status: "logged-out", text });
    return new AccountGone("Cannot go on as the account must be linked: it is not");
  };
  const account: LinkedAccount = {
    host,
    runs: 0,
    linkings: 0,
    linking: false,
    unlinked: false,
    made: [],
    ops: [],
    logOut: async (why) => {
      await host.session.set({ [LOGIN]: null });
      text = why;
      leave(gone());
    },
  };
  end.accounts.set(id, account);
  let made = 0;
  return plainAdapter(host, {
    capabilities: () => end.capabilities,
    run: async (signal) => {
      account.runs++;
      const [login] = await host.session.get([LOGIN]);
      if (!login) throw gone();
      host.report({ status: "connected" });
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener("abort", () => resolve());
        leave = reject;
      });
    },
    link: async (io, { signal }) => {
      account.linkings++;
      account.linking = true;
      try {
        await end.link(io, signal);
        signal.throwIfAborted();
        await host.session.set({ [LOGIN]: Uint8Array.of(1) });
      } finally {
        account.linking = false;
      }
    },
    unlink: async () => {
      account.unlinked = true;
      await host.session.set({ [LOGIN]: null });
    },
    createGroup: ({ title }) => {
      end.create(id);
      account.made.push(title);
      const chat = ChatId.parse(`${id}-chat-${account.made.length}`);
      return Promise.resolve({ chat, inviteUrl: `https://whatsapp/${id}/${account.made.length}` });
    },
    send: (_chat, op) => {
      account.ops.push(op);
      return Promise.resolve({ ids: [NativeId.parse(`${id}-out-${made++}`)], at: host.now() });
    },
  });
}
