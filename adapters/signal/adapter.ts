/** One Signal account behind the adapter contract: puts the parts together and holds no logic of its own. */
import type {
  AccountId,
  Capabilities,
  ChatId,
  NativeId,
  NativeOp,
  Person,
  Receipt,
} from "../../actors/model/mod.ts";
import {
  type Adapter,
  type AdapterHost,
  type CallOptions,
  type CreatedGroup,
  type GroupSpec,
  type LinkIo,
  type MediaStream,
  RetryLater,
  type SendOptions,
} from "../../actors/ports/mod.ts";
import { pause } from "../shared/reconnect.ts";
import { Turns } from "../shared/turns.ts";
import { carried } from "../shared/uncarried.ts";
import { letIn } from "./approval.ts";
import { CARRIED, SIGNAL, SIGNAL_UNPACED, signalTable, WITH_POLLS } from "./capabilities.ts";
import type { SignalConfig } from "./config.ts";
import { Connection, type Line, type Odd } from "./connection.ts";
import { createGroup, currentInvite, look, renewInvite } from "./creation.ts";
import { DaemonFailed } from "./daemon.ts";
import { Edits } from "./edits.ts";
import { folderOf, openEndpoint, sendingOf } from "./endpoint.ts";
import { Fading } from "./fading.ts";
import { offline } from "./failures.ts";
import { acisOf, Groups, personOf } from "./groups.ts";
import { InHand } from "./in_hand.ts";
import { Inbox } from "./inbox.ts";
import { tidy } from "./kept_files.ts";
import { leave } from "./leaving.ts";
import { Limits } from "./limits.ts";
import { link } from "./linking.ts";
import { openMedia } from "./media.ts";
import { People } from "./people.ts";
import { perform } from "./perform.ts";
import { AccountRow, readRow, ROW, rowBytes } from "./session_rows.ts";
import { VERSION_MIN } from "./version.ts";

/** Sends of ours that may come back from the phone. */
const SENT_MAX = 4_000;
/** Until signal-cli has tried again what it had in hand when it was killed, ms. */
const TAKEN_UP_MS = 10_000;
/** Longest wait of an answer for the end of the sends that are under way, ms. */
const SETTLED_MS = 20_000;
/** How often all groups are looked at, ms; and where nobody blocks. */
const ROUND_MS = 60_000;
const UNPACED_MS = 1_000;
const CHALLENGE_URL = "https://signalcaptchas.org/challenge/generate.html";

/** What an adapter is opened with. */
export interface SignalDeps {
  readonly account: AccountId;
  readonly config: SignalConfig;
  readonly host: AdapterHost;
}

/** Opens one account. Performs no I/O. */
export function openSignal(deps: SignalDeps): Adapter {
  return new SignalAdapter(deps);
}

class SignalAdapter implements Adapter {
  readonly #deps: SignalDeps;
  readonly #groups: Groups;
  readonly #edits: Edits;
  readonly #fading: Fading;
  readonly #people: People;
  readonly #inHand: InHand;
  readonly #limits: Limits;
  readonly #inbox: Inbox;
  readonly #connection: Connection;
  /** By version of signal-cli: every send asks. */
  readonly #tables = new Map<string, Capabilities>();
  #proofRefused = false;
  #unlinked = false;
  readonly #sent = new Set<number>();
  /** One send at a time. */
  readonly #sends = new Turns();

  constructor(deps: SignalDeps) {
    const { account, config, host } = deps;
    const now = (): number => host.now();
    this.#deps = deps;
    this.#groups = new Groups(host.session);
    this.#edits = new Edits(host.session);
    this.#people = new People(now);
    this.#inHand = new InHand(host.session);
    this.#fading = new Fading({
      session: host.session,
      edits: this.#edits,
      now,
      chats: () => this.#groups.all(),
    });
    this.#limits = new Limits(now, () => this.#connection.look());
    this.#inbox = new Inbox({
      host,
      groups: this.#groups,
      edits: this.#edits,
      fading: this.#fading,
      people: this.#people,
      inHand: this.#inHand,
      isOurs: (timestamp) => this.#sent.has(timestamp),
      sendsSettled: (signal) => this.#sendsSettled(signal),
    });
    this.#connection = new Connection({
      config,
      account,
      host,
      number: () => this.#number(),
      take: (line, received, signal) => this.#inbox.take(line, received, signal),
      inHand: (sentAt) => this.#inHand.add(sentAt.filter((one) => !this.#inbox.saw(one))),
      beside: (line, signal) => this.#beside(line, signal),
      odd: () => this.#odd(),
    });
  }

  capabilities(_chat: ChatId | null): Capabilities {
    const version = this.#connection.line?.version ?? VERSION_MIN;
    const known = this.#tables.get(version);
    if (known !== undefined) return known;
    const most = this.#deps.config.unpaced ? SIGNAL_UNPACED : SIGNAL;
    const table = signalTable({ version, managed: this.#folder !== null }, most);
    this.#tables.set(version, table);
    return table;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#connection.run(signal);
  }

  async send(chat: ChatId, wanted: NativeOp, { opId, signal, media }: SendOptions): Promise<Receipt> {
    const table = this.capabilities(chat);
    const op = table.poll === undefined ? carried(wanted, CARRIED) : carried(wanted, WITH_POLLS);
    return await this.#sends.take(async () => {
      const { rpc, me, version } = this.#line();
      const now = (): number => this.#deps.host.now();
      const parts = { rpc, me, groups: this.#groups, edits: this.#edits, now };
      if (op.type === "leave") return await leave({ ...parts, fading: this.#fading }, chat);
      const folder = this.#folder === null ? null : sendingOf(this.#folder);
      const deps = { ...parts, version, limits: this.#limits, folder, table };
      const performing = { chat, op, opId, signal, ...(media === undefined ? {} : { media }) };
      const receipt = await perform(deps, performing);
      this.#remember(receipt.at);
      return receipt;
    });
  }

  async createGroup(spec: GroupSpec, _options: CallOptions): Promise<CreatedGroup> {
    return await this.#sends.take(async () => {
      this.#limits.check();
      const { rpc, me } = this.#line();
      return await createGroup({ rpc, me, session: this.#deps.host.session, groups: this.#groups }, spec);
    });
  }

  async inviteLink(chat: ChatId, _options: CallOptions): Promise<string | null> {
    return await currentInvite(this.#line().rpc, chat);
  }

  async revokeInvite(chat: ChatId, _options: CallOptions): Promise<string | null> {
    const { rpc } = this.#line();
    return await this.#sends.take(() => renewInvite(rpc, chat));
  }

  async *members(chat: ChatId, _options: CallOptions): AsyncIterable<Person> {
    const { rpc, me } = this.#line();
    const group = await look(rpc, chat);
    const admins = acisOf(group?.admins);
    for (const aci of acisOf(group?.members)) {
      if (aci !== me) yield await personOf(aci, (one) => this.#people.nameOf(rpc, one), admins);
    }
  }

  async openMedia(media: NativeId, options: CallOptions): Promise<MediaStream> {
    const rpc = this.#connection.line?.rpc ?? null;
    return await openMedia({ rpc, folder: this.#folder, now: () => this.#deps.host.now() }, media, options);
  }

  async link(io: LinkIo, { signal }: CallOptions): Promise<void> {
    const { host } = this.#deps;
    await using endpoint = await this.#started(signal);
    const number = await link({ rpcUrl: endpoint.rpcUrl, host }, io, signal);
    await host.session.set({ [ROW.account]: rowBytes({ v: 1, number }) });
  }

  /** Tells Signal that this device is no more, if it can be reached, and forgets the login. */
  async unlink({ signal }: CallOptions): Promise<void> {
    await this.#connection.line?.rpc.call("unregister", {}, { signal }).catch(() => undefined);
    await this.#deps.host.session.clear("");
    this.#unlinked = true;
  }

  /** The captcha that Signal wants before it takes more from us. */
  answer(_field: "captcha", captcha: string): void {
    void this.#prove(captcha).catch(() => {
      this.#proofRefused = true;
      this.#connection.look();
    });
  }

  /** Once it is unlinked, with the keys and messages that signal-cli keeps; one that others run keeps its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#unlinked || this.#folder === null) return;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => undefined);
  }

  /** Of a signal-cli of ours. */
  get #folder(): string | null {
    const { config, account } = this.#deps;
    return "cli" in config ? folderOf(config.dir, account) : null;
  }

  async #number(): Promise<string | null> {
    const { config, host } = this.#deps;
    return config.account ?? (await readRow(host.session, ROW.account, AccountRow))?.number ?? null;
  }

  async #started(signal: AbortSignal): ReturnType<typeof openEndpoint> {
    const { config, account, host } = this.#deps;
    try {
      return await openEndpoint(config, account, signal);
    } catch (error) {
      if (!(error instanceof DaemonFailed)) throw error;
      host.report({ status: "failed", text: host.text(error.trouble) });
      throw new RetryLater(error.message, 0, "account");
    }
  }

  async #beside(line: Line, signal: AbortSignal): Promise<void> {
    const { rpc, me } = line;
    const chats = (): Promise<readonly ChatId[]> => this.#groups.all();
    const everyMs = this.#deps.config.unpaced ? UNPACED_MS : ROUND_MS;
    const refresh = (chat: ChatId): ReturnType<Inbox["refresh"]> =>
      this.#inbox.refresh(chat, { line, signal });
    await Promise.all([
      this.#missed(signal),
      letIn({ rpc, me, chats, everyMs, refresh }, signal),
      this.#fading.run((event) => this.#inbox.deliver(event, signal), signal),
      ...(this.#folder === null ? [] : [tidy(this.#folder, () => this.#deps.host.now(), signal)]),
    ]);
  }

  /** It takes up what it had in hand as soon as it is connected: what did not come by then does not come. */
  async #missed(signal: AbortSignal): Promise<void> {
    if (this.#inHand.waiting.length === 0) return;
    await pause(TAKEN_UP_MS, signal);
    if (!signal.aborted) await this.#inbox.missed(signal);
  }

  /** People may answer what we say before signal-cli has told us by which time it is known. */
  async #sendsSettled(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const late = pause(SETTLED_MS, AbortSignal.any([signal, over.signal]));
    await Promise.race([this.#sends.take(() => Promise.resolve()), late]);
    over.abort();
    // The Lane takes the receipt first.
    await pause(0, signal);
  }

  async #prove(captcha: string): Promise<void> {
    const { challenge } = this.#limits;
    if (challenge === null) return;
    await this.#line().rpc.call("submitRateLimitChallenge", { challenge, captcha });
    this.#proofRefused = false;
    this.#limits.lift();
  }

  #odd(): Odd | null {
    const { challenge } = this.#limits;
    const key = this.#proofRefused ? "signal.proof-again" : "signal.proof";
    const text = this.#deps.host.text(key, { url: CHALLENGE_URL });
    return challenge === null ? null : { text, asks: "captcha" };
  }

  #remember(timestamp: number): void {
    this.#sent.add(timestamp);
    const [oldest] = this.#sent;
    if (this.#sent.size > SENT_MAX && oldest !== undefined) this.#sent.delete(oldest);
  }

  /** @throws {RetryLater} while there is none */
  #line(): Line {
    const { line } = this.#connection;
    if (line === null) throw offline();
    return line;
  }
}
