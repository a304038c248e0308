/** What Signal's adapter is configured with: data only, no I/O. */
import { z } from "zod";

const COMMON = {
  /** Our number, + and digits, or our ACI, where the daemon already has the account; absent: linked by operators. */
  account: z.string().min(1).optional(),
  /** For servers that block nobody, as tests and benches use them: the Lane need not hold back. */
  unpaced: z.boolean().default(false),
};

/** A signal-cli that we start and supervise ourselves. */
export const ManagedConfig = z.strictObject({
  /** The path of signal-cli. */
  cli: z.string().min(1),
  /** Where signal-cli keeps each account: a folder of its own below this one. */
  dir: z.string().min(1),
  ...COMMON,
});
export type ManagedConfig = z.infer<typeof ManagedConfig>;

/** A daemon that somebody else runs. */
export const RemoteConfig = z.strictObject({
  /** Where its JSON-RPC is called. */
  rpcUrl: z.url({ protocol: /^https?$/ }),
  /** host:port of its TCP socket, where messages come in. */
  tcp: z.string().regex(/:\d{1,5}$/),
  ...COMMON,
});
export type RemoteConfig = z.infer<typeof RemoteConfig>;

export const SignalConfig = z.union([ManagedConfig, RemoteConfig]);
export type SignalConfig = z.infer<typeof SignalConfig>;
