/** Stays connected: one line after the other, with what WhatsApp says between them. */
import type { ConnectionState, WAMessage } from "@whiskeysockets/baileys";
import { AccountGone, type AdapterHost, type Health } from "../../actors/ports/mod.ts";
import { Backoff, pause, unlessAborted, untilAborted } from "../shared/reconnect.ts";
import { AUTH_PREFIX, AuthState } from "./auth_state.ts";
import type { WhatsappConfig } from "./config.ts";
import { goneFor } from "./failures.ts";
import { ENDED, Line, type LineOwner } from "./line.ts";
import type { State } from "./state.ts";

const FIRST_MS = 1_000;
const MAX_MS = 60_000;
/** WhatsApp took this version of its own client from service: an update of Plenum mends it, seldom time. */
const OUTDATED_MS = 15 * 60_000;
/** How often the time of the phone is looked at, ms. */
const WATCH_MS = 3_600_000;

/** What a connection works with. */
export interface ConnectionDeps {
  readonly config: WhatsappConfig;
  readonly host: AdapterHost;
  readonly state: State;
  /** A new line, before anything has come on it. */
  readonly opened: (line: Line) => void;
  /** What happens on it. */
  readonly take: (line: Line, message: WAMessage) => Promise<void>;
  readonly sent: LineOwner["sent"];
  readonly metadata: (line: Line, jid: string) => ReturnType<LineOwner["metadata"]>;
}

/** The connection of one account. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #backoff = new Backoff({ firstMs: FIRST_MS, maxMs: MAX_MS });
  #line: Line | null = null;
  #told = "";

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
  }

  /** The line, while the login on it stands. */
  get line(): Line | null {
    return this.#line?.open === true ? this.#line : null;
  }

  /** Stays until `signal` aborts. @throws {AccountGone} where only people can help */
  async run(signal: AbortSignal): Promise<void> {
    const { state, host } = this.#deps;
    this.#tell("starting");
    const { gone } = await state.load();
    if (gone !== null) throw this.#gone(gone, gone === "banned" ? ENDED.banned : ENDED.loggedOut);
    const over = new AbortController();
    const watch = this.#watchPhone(AbortSignal.any([signal, over.signal]));
    try {
      while (!signal.aborted) {
        const auth = await AuthState.load(host.session);
        if (!auth.linked) throw this.#gone("not-linked", ENDED.loggedOut);
        const code = await this.#once(auth, signal);
        if (code !== null) await this.#after(code, signal);
      }
    } finally {
      over.abort();
      await watch;
    }
  }

  /** One line from its beginning to its end. @returns WhatsApp's number, null where we ended it */
  async #once(auth: AuthState, signal: AbortSignal): Promise<number | null> {
    const line = this.#open(auth);
    try {
      return await unlessAborted(line.ended, signal);
    } finally {
      this.#line = null;
      await line.close();
    }
  }

  #open(auth: AuthState): Line {
    const { config, opened, take, sent, metadata } = this.#deps;
    const line: Line = new Line({
      config,
      auth,
      owner: {
        take: (message) => take(line, message),
        sent,
        metadata: (jid) => metadata(line, jid),
        changed: (update) => void this.#changed(update).catch(() => undefined),
        phoneSeen: () => void this.#phoneSeen().catch(() => undefined),
      },
    });
    this.#line = line;
    opened(line);
    return line;
  }

  async #changed({ connection, reachoutTimeLock }: Partial<ConnectionState>): Promise<void> {
    const { state, host } = this.#deps;
    if (reachoutTimeLock !== undefined) {
      const until = reachoutTimeLock.timeEnforcementEnds?.getTime() ?? host.now() + 86_400_000;
      await state.change({ restrictedUntil: reachoutTimeLock.isActive ? until : 0 });
    }
    if (connection === "open") this.#backoff.reset();
    if (connection === "open" || reachoutTimeLock !== undefined) this.#connected();
  }

  async #phoneSeen(): Promise<void> {
    if (await this.#deps.state.sawPhone()) this.#connected();
  }

  /** What to do about the end of a line. @throws {AccountGone} */
  async #after(code: number, signal: AbortSignal): Promise<void> {
    const { state, host } = this.#deps;
    switch (code) {
      case ENDED.restart:
        return;
      case ENDED.loggedOut:
        await state.change({ gone: "logged-out" });
        await host.session.clear(AUTH_PREFIX);
        throw this.#gone("logged-out", code);
      case ENDED.banned:
        await state.change({ gone: "banned" });
        throw this.#gone("banned", code);
      case ENDED.replaced:
        // Whoever took the connection has our keys: to take it back would spoil them for both.
        this.#tell("failed", "whatsapp.replaced");
        return await untilAborted(signal);
      case ENDED.outdated:
        this.#tell("waiting", "whatsapp.outdated");
        return await pause(this.#backoff.next(OUTDATED_MS), signal);
      default:
        this.#tell("waiting", "whatsapp.waiting-network");
        return await pause(this.#backoff.next(), signal);
    }
  }

  #gone(why: "not-linked" | "logged-out" | "banned", code: number): AccountGone {
    this.#tell("logged-out", `whatsapp.${why}`);
    return goneFor(code);
  }

  /** Well, with what is odd nevertheless. */
  #connected(): void {
    if (this.line === null) return;
    const { state: { phoneAwayDays, restrictedUntil } } = this.#deps;
    if (phoneAwayDays !== null) {
      this.#tell("connected", "whatsapp.phone-away", { days: String(phoneAwayDays) });
    } else if (restrictedUntil !== null) {
      this.#tell("connected", "whatsapp.restricted");
    } else this.#tell("connected");
  }

  async #watchPhone(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(WATCH_MS, signal);
      this.#connected();
    }
  }

  /** Health changes; the same twice is no news. */
  #tell(status: Health["status"], key?: string, values?: Readonly<Record<string, string>>): void {
    const { host } = this.#deps;
    const text = key === undefined ? undefined : host.text(key, values);
    const told = `${status} ${text ?? ""}`;
    if (told === this.#told) return;
    this.#told = told;
    host.report(text === undefined ? { status } : { status, text });
  }
}
