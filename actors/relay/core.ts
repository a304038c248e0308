/** The relay at work: puts the parts together, in the order in which they need one another. */
import type { Bridge, GroupId, GroupRecord, Locale, Messenger } from "../model/mod.ts";
import { base64Url, seqOf } from "../model/mod.ts";
import type { CollectionSpec, Host, Relay, RelayCommands, Store } from "../ports/mod.ts";
import { Account, type AccountSpec } from "../account.ts";
import { Lanes } from "../bridge/lanes.ts";
import { Groups } from "../group.ts";
import type { Draft } from "../group/draft.ts";
import { Live } from "../group/live.ts";
import type { ViewContext } from "../group/views.ts";
import { createCommands } from "../signup.ts";
import {
  Committer,
  createRecordStore,
  DEAD_LETTER_LIFETIME_MS,
  History,
  key,
  MessageMap,
  putBytes,
  Seen,
  Sequence,
  takeSession,
} from "../store/mod.ts";
import { Timer } from "../system/timer.ts";
import { Checkpoints } from "./checkpoint.ts";
import { Eraser } from "./eraser.ts";
import { runInbox } from "./inbox.ts";
import { createReads } from "./reads.ts";
import { recover } from "./recovery.ts";

const DAY_MS = 86_400_000;
/** Bytes that may wait for a commit before outsiders are told to wait. */
const WAITING_MAX = 16 * 1024 * 1024;
/** How long a stop waits for all that is being sent and written, and for the sending alone, ms. */
const STOP_MAX_MS = 4_000;
const SENDS_MAX_MS = 2_500;

export interface CoreDeps {
  readonly store: Store;
  readonly host: Host;
  readonly accounts: readonly AccountSpec[];
  readonly publicUrl: string;
  readonly locale: Locale;
  readonly retentionDays: number;
  readonly role: "all" | "worker";
  readonly collections: Readonly<Record<string, CollectionSpec>>;
  readonly onFenced?: () => void;
}

/** Everything that lives as long as the relay. */
interface Parts {
  readonly deps: CoreDeps;
  readonly timer: Timer;
  readonly committer: Committer;
  readonly sequence: Sequence;
  readonly map: MessageMap;
  readonly history: History;
  readonly seen: Seen;
  readonly live: Live;
  readonly lanes: Lanes;
  readonly groups: Groups;
  readonly accounts: readonly Account[];
  readonly eraser: Eraser;
  readonly abort: AbortController;
  readonly epoch: number;
}

/** Takes the session, replays what was accepted and not finished, opens the adapters. */
export async function startCore(deps: CoreDeps): Promise<Relay> {
  const { store, host } = deps;
  const session = await takeSession(store, base64Url(host.randomBytes(16)));
  const parts = assemble(deps, session);
  const { lanes, groups, accounts, checkpoints } = parts;
  const found = await recover(parts.recoveryOf);
  setAside(parts, found.unreadable);
  host.log.info("recovered", { records: found.records, mail: found.mail.size, lanes: lanes.size });
  for (const [seq, { group, mail, line }] of [...found.mail].sort(([a], [b]) => a - b)) {
    groups.restore(group, seq, mail, line);
  }
  checkpoints.start(found.commits);
  // What a chat that moves leads to is known before its messenger goes on telling.
  await groups.quiet();
  await parts.committer.idle();
  await parts.eraser.resume();
  for (const account of accounts) account.start();
  lanes.start();
  const inbox = deps.role === "worker"
    ? runInbox(
      { store, host, timer: parts.timer, account: (id) => accountBy(accounts, id) },
      parts.abort.signal,
    )
    : Promise.resolve();
  return doorOf(parts, checkpoints, inbox);
}

interface Assembled extends Parts {
  readonly checkpoints: Checkpoints;
  readonly recoveryOf: Parameters<typeof recover>[0];
}

function assemble(deps: CoreDeps, session: Awaited<ReturnType<typeof takeSession>>): Assembled {
  const { store, host } = deps;
  const timer = new Timer(() => host.elapsed());
  const abort = new AbortController();
  const lifetimeMs = deps.retentionDays * DAY_MS;
  const committer = new Committer({
    store,
    session,
    log: host.log,
    metrics: host.metrics,
    pause: (ms) => timer.pause(ms),
    maxWaitingBytes: WAITING_MAX,
    onFenced: () => fence(parts),
  });
  const map = new MessageMap(store, lifetimeMs);
  const history = new History(store, lifetimeMs);
  const base = {
    timer,
    committer,
    sequence: new Sequence(session.epoch),
    map,
    history,
    seen: new Seen(),
    live: new Live(timer),
  };
  const lanes: Lanes = makeLanes({
    ...deps,
    ...base,
    lifetimeMs,
    groups: () => groups,
    accounts: () => accounts,
  });
  const groups: Groups = new Groups({
    ...base,
    store,
    host,
    lanes,
    forgetRoute: (draft) => forgetRoutes(accounts, draft),
    views: (group) => viewsOf(parts, group),
    erase: (group) => void eraser.erase(group),
    later: (again) => void timer.after(500, again),
  });
  const accounts: Account[] = deps.accounts.map((spec) =>
    new Account(spec, { ...deps, ...base, groups: () => groups, ready: () => lanes.kickAll() })
  );
  const recoveryOf = { store, map, history, seen: base.seen, lanes };
  const own = { ...base, deps, lanes, groups, accounts, abort, epoch: session.epoch };
  const { checkpoints, eraser } = housekeeping(own);
  const parts = { ...own, checkpoints, eraser, recoveryOf };
  return parts;
}

/** Another process owns the store from now on, and with it the accounts: nothing here may speak to a messenger. */
function fence({ deps, lanes, accounts, abort, epoch }: Parts): void {
  const { log } = deps.host;
  log.error("fenced", { epoch });
  void lanes.stop();
  abort.abort();
  for (const account of accounts) {
    account.stop().catch((cause: unknown) => log.error("account-stop-failed", {}, cause));
  }
  deps.onFenced?.();
}

/** Keeps what could not be read for whoever looks into it. Written before the checkpoint that deletes the journal. */
function setAside({ deps: { host }, committer, sequence }: Parts, lines: readonly string[]): void {
  for (const text of lines) {
    host.log.error("journal-line-unreadable", { kind: text[2] ?? "" });
    host.metrics.count("plenum_dead_letters_total", { messenger: "none", reason: "unreadable" });
    const value = new TextEncoder().encode(text);
    const rows = putBytes(key.unreadable(sequence.next()), value, DEAD_LETTER_LIFETIME_MS);
    committer.append({ records: [], rows });
  }
}

/** What keeps the store small. */
function housekeeping(parts: Omit<Parts, "eraser">): Pick<Assembled, "checkpoints" | "eraser"> {
  const { store, host } = parts.deps;
  const checkpoints = new Checkpoints({ ...parts, host });
  const { signal } = parts.abort;
  const checkpointed = (): Promise<void> => checkpoints.settled();
  return { checkpoints, eraser: new Eraser({ ...parts, store, host, signal, checkpointed }) };
}

interface LanesOf extends Pick<Parts, "timer" | "committer" | "sequence" | "map" | "live"> {
  readonly store: Store;
  readonly host: Host;
  readonly publicUrl: string;
  readonly lifetimeMs: number;
  groups(): Groups;
  accounts(): readonly Account[];
}

function makeLanes(deps: LanesOf): Lanes {
  const { host, committer, live, sequence } = deps;
  return new Lanes({
    ...deps,
    append: (append, done) => committer.append(append, done),
    learn: (group, fact, append, done) => deps.groups().learn(group, { kind: "fact", fact }, append, done),
    account: (bridge) => bridge.account === null ? null : accountBy(deps.accounts(), bridge.account),
    route: async (group, messenger) => {
      const record = (await deps.groups().states.load(group))?.record;
      const bridge = record?.bridges.find((bridge) => bridge.messenger === messenger);
      return record === undefined || bridge === undefined ? null : { bridge, locale: record.locale };
    },
    settled: (group, messenger, op, status) => {
      host.metrics.count("plenum_sent_total", { messenger, status });
      if (op.type !== "post" || !live.watched(group)) return;
      const data = { message: op.message, messenger, status };
      live.publish(group, { seq: sequence.next(), type: "delivery", data });
    },
  });
}

function accountBy(accounts: readonly Account[], id: string): Account | null {
  return accounts.find((account) => account.id === id) ?? null;
}

function forgetRoutes(accounts: readonly Account[], draft: Draft): void {
  for (const { bridge } of draft.routes) {
    if (bridge.account !== null && bridge.chat !== null) {
      accountBy(accounts, bridge.account)?.forget(bridge.chat);
    }
  }
}

function viewsOf(parts: Parts, group: GroupId): ViewContext {
  const { deps, lanes, accounts } = parts;
  return {
    publicUrl: deps.publicUrl,
    accountReason: (bridge: Bridge, record: GroupRecord) => {
      const account = bridge.account === null ? null : accountBy(accounts, bridge.account);
      if (account === null || account.health.status !== "logged-out") return null;
      const messenger = deps.host.text(record.locale, `messenger.${bridge.messenger}`);
      return deps.host.text(record.locale, "bridge.account-gone", { messenger });
    },
    adoptAction: (bridge) => {
      const account = bridge.account === null ? null : accountBy(accounts, bridge.account);
      const link = bridge.adoptToken === undefined
        ? undefined
        : account?.opened.adoptLink?.(bridge.adoptToken);
      return link === undefined ? null : { kind: "adopt", ...link };
    },
    waits: (messenger, message) => lanes.waits(group, messenger, seqOf(message)),
  };
}

function doorOf(parts: Parts, checkpoints: Checkpoints, inbox: Promise<void>): Relay {
  const { deps, groups, accounts, committer, live, sequence } = parts;
  const { store, host } = deps;
  let stopping: Promise<void> | null = null;
  const views = (group: GroupId): ViewContext => viewsOf(parts, group);
  const accountFor = (messenger: Messenger): Account | null =>
    accounts.find((account) => account.messenger === messenger) ?? null;
  const erase = (group: GroupId): Promise<void> => parts.eraser.erase(group);
  const ask: RelayCommands = createCommands({ store, host, groups, accountFor, views, erase });
  return {
    ask,
    read: createReads({ ...parts, store, host, states: groups.states, views }),
    records: createRecordStore({ store, committer, collections: deps.collections }),
    watch: (group, { after, signal }) =>
      live.watch(group, {
        after,
        now: sequence.next(),
        signal: AbortSignal.any([signal, parts.abort.signal]),
      }),
    webhook: async (messenger, request) => {
      const answer = accountFor(messenger)?.opened.webhook?.(request);
      return await answer ?? new Response(null, { status: 404 });
    },
    health: () => ({
      ready: committer.failing === null && !committer.fenced && !parts.abort.signal.aborted,
      detail: {
        role: deps.role,
        fenced: committer.fenced,
        store: committer.failing ?? "ok",
        lanes: parts.lanes.size,
        waitingBytes: committer.waitingBytes,
      },
      accounts: accounts.map(({ id, messenger, health }) => ({ id, messenger, health })),
    }),
    stop: () => stopping ??= stop(parts, checkpoints, inbox),
  };
}

async function stop(parts: Parts, checkpoints: Checkpoints, inbox: Promise<void>): Promise<void> {
  const { timer, lanes, committer, accounts, abort, deps } = parts;
  abort.abort();
  const orderly = async (): Promise<void> => {
    await Promise.race([lanes.stop(), timer.pause(SENDS_MAX_MS)]);
    await Promise.allSettled(accounts.map((account) => account.stop()));
    await inbox;
    await checkpoints.stop();
    await committer.idle();
  };
  await Promise.race([orderly(), timer.pause(STOP_MAX_MS)]);
  timer.stop();
  deps.store.close();
  deps.host.log.info("stopped");
}
