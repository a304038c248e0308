/** Linking an account to its phone: by a QR code that the phone reads, or by a code that is typed there. */
import type { ConnectionState } from "@whiskeysockets/baileys";
import { type AdapterHost, type LinkIo, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { Backoff, pause, unlessAborted } from "../shared/reconnect.ts";
import { AUTH_PREFIX, AuthState } from "./auth_state.ts";
import type { WhatsappConfig } from "./config.ts";
import { ENDED, Line } from "./line.ts";
import type { State } from "./state.ts";

const FIRST_MS = 1_000;
const MAX_MS = 15_000;
/** In a row, before the operator hears that WhatsApp cannot be reached. */
const FAILURES_MAX = 5;
/** QR codes end after some minutes; then new ones are fetched. */
const QR_ENDED = 408;

/** What linking works with. */
export interface LinkingDeps {
  readonly config: WhatsappConfig;
  readonly host: AdapterHost;
  readonly state: State;
}

/** Resolves once a phone has linked us and the login is kept. @throws {DeliveryFailure} where it cannot be done */
export async function link(deps: LinkingDeps, io: LinkIo, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff({ firstMs: FIRST_MS, maxMs: MAX_MS });
  const numbers = askNumber(io, signal);
  let failures = 0;
  while (!signal.aborted) {
    const { code, linked, shown } = await once(deps, { io, numbers, signal });
    if (linked) return await keep(deps);
    if (signal.aborted || code === null) break;
    if (code === ENDED.banned) throw new Rejected("Cannot link as WhatsApp refused this server", "forbidden");
    failures = shown ? 0 : failures + 1;
    if (failures >= FAILURES_MAX) {
      throw new RetryLater("Cannot link as WhatsApp cannot be reached", 0, "account");
    }
    if (code !== QR_ENDED) await pause(backoff.next(), signal);
  }
  throw new RetryLater("Cannot link: it was given up", 0, "account");
}

interface Try {
  readonly io: LinkIo;
  readonly numbers: Numbers;
  readonly signal: AbortSignal;
}

interface Tried {
  readonly code: number | null;
  readonly linked: boolean;
  /** Whether there was anything to scan. */
  readonly shown: boolean;
}

/** One connection without a login: each has keys of its own, so that what a phone scanned is used once. */
async function once(deps: LinkingDeps, { io, numbers, signal }: Try): Promise<Tried> {
  const { config, host } = deps;
  await host.session.clear(AUTH_PREFIX);
  const auth = AuthState.fresh(host.session);
  let shown = false;
  const changed = ({ qr }: Partial<ConnectionState>): void => {
    if (qr === undefined) return;
    // With a number the phone waits for a code: a QR code would only mislead.
    if (!shown) void numbers.use((number) => typed(line, io, number));
    shown = true;
    if (!numbers.given) io.show("qr", qr);
  };
  const owner = {
    take: () => Promise.resolve(),
    sent: () => Promise.resolve(undefined),
    metadata: () => Promise.resolve(undefined),
    phoneSeen: () => undefined,
    changed,
  };
  const line = new Line({ config, auth, owner });
  try {
    const code = await unlessAborted(line.ended, signal);
    return { code, linked: auth.linked, shown };
  } finally {
    numbers.use(null);
    await line.close();
  }
}

/** The code by which the phone of this number links us. */
async function typed(line: Line, io: LinkIo, number: string): Promise<void> {
  try {
    io.show("code", await line.socket.requestPairingCode(number));
  } catch {
    // The line went down: the next one asks again.
  }
}

/** The login stands from here on, whatever was before. */
async function keep({ state, host }: LinkingDeps): Promise<void> {
  await state.change({ gone: null, phoneAt: host.now(), restrictedUntil: 0 });
}

/** The number for a pairing code, once the operator gives one. */
interface Numbers {
  readonly given: boolean;
  /** What to do with it, from now on; null: nothing. */
  use(work: ((number: string) => Promise<void>) | null): void;
}

function askNumber(io: LinkIo, signal: AbortSignal): Numbers {
  let number: string | null = null;
  let work: ((number: string) => Promise<void>) | null = null;
  const run = (): void => {
    if (number !== null && work !== null) void work(number);
  };
  io.ask("number").then((given) => {
    if (signal.aborted) return;
    number = given.replace(/\D/g, "");
    run();
  }, () => undefined);
  return {
    get given(): boolean {
      return number !== null;
    },
    use: (next) => {
      work = next;
      run();
    },
  };
}
