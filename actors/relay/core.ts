/** The relay at work: puts the parts together, in the order in which they need one another. */
import type { GroupId, Locale } from "../model/mod.ts";
import { base64Url } from "../model/mod.ts";
import type { CollectionSpec, Host, MediaLibrary, Relay, RelayCommands, Store } from "../ports/mod.ts";
import type { AccountSpec } from "../account.ts";
import { Accounts, type Linkable, storedAccounts } from "../accounts.ts";
import type { SourceOf } from "../bridge/lane_deps.ts";
import type { Lanes } from "../bridge/lanes.ts";
import { Groups } from "../group.ts";
import type { Draft } from "../group/draft.ts";
import { Live } from "../group/live.ts";
import type { ViewContext } from "../group/views.ts";
import { createCommands } from "../signup.ts";
import {
  type AccountRow,
  Committer,
  createRecordStore,
  DEAD_LETTER_LIFETIME_MS,
  History,
  key,
  MessageMap,
  putBytes,
  Seen,
  Sequence,
  type Session,
  takeSession,
} from "../store/mod.ts";
import { Timer } from "../system/timer.ts";
import { Checkpoints } from "./checkpoint.ts";
import { Eraser } from "./eraser.ts";
import { runInbox } from "./inbox.ts";
import { makeLanes } from "./lanes.ts";
import { Lateness } from "./lateness.ts";
import { createRelayMedia, createSources } from "./media.ts";
import { createReads } from "./reads.ts";
import { Fadings, type FadingsDeps } from "./fadings.ts";
import { recover } from "./recovery.ts";
import { viewContext } from "./view_context.ts";

const DAY_MS = 86_400_000;
/** Bytes that may wait for a commit before outsiders are told to wait. */
const WAITING_MAX = 16 * 1024 * 1024;
/** How often files whose time is over are forgotten, ms. */
const SWEEP_MS = 3_600_000;
/** How long a stop waits for all that is being sent and written, and for the sending alone, ms. */
const STOP_MAX_MS = 4_000;
const SENDS_MAX_MS = 2_500;

export interface CoreDeps {
  readonly store: Store;
  readonly host: Host;
  readonly accounts: readonly AccountSpec[];
  readonly linkable: readonly Linkable[];
  readonly media: MediaLibrary;
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
  readonly accounts: Accounts;
  readonly eraser: Eraser;
  readonly sourceOf: SourceOf;
  readonly abort: AbortController;
  readonly epoch: number;
}

/** Takes the session, replays what was accepted and not finished, opens the adapters. */
export async function startCore(deps: CoreDeps): Promise<Relay> {
  const { store, host } = deps;
  const session = await takeSession(store, base64Url(host.randomBytes(16)));
  const parts = assemble(deps, session, await storedAccounts(store));
  const { lanes, groups, accounts, checkpoints } = parts;
  const found = await recover(parts.recoveryOf);
  setAside(parts, found.unreadable);
  host.log.info("recovered", { records: found.records, mail: found.mail.size, lanes: lanes.size });
  for (const [seq, { group, mail, line }] of [...found.mail].sort(([a], [b]) => a - b)) {
    groups.restore(group, seq, mail, line);
  }
  checkpoints.start(found.commits);
  sweepMedia(parts);
  // What a chat that moves leads to is known before its messenger goes on telling.
  await groups.quiet();
  await parts.committer.idle();
  await parts.eraser.resume();
  await parts.lateness.start();
  accounts.start();
  lanes.start();
  parts.fadings.start();
  const inbox = deps.role === "worker"
    ? runInbox(
      { store, host, timer: parts.timer, account: (id) => accounts.by(id) },
      parts.abort.signal,
    )
    : Promise.resolve();
  return doorOf(parts, checkpoints, inbox);
}

interface Assembled extends Parts {
  readonly checkpoints: Checkpoints;
  readonly lateness: Lateness;
  readonly fadings: Fadings;
  readonly recoveryOf: Parameters<typeof recover>[0];
}

function assemble(deps: CoreDeps, session: Session, made: readonly AccountRow[]): Assembled {
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
  const sourceOf = createSources({
    library: deps.media,
    accounts: () => accounts,
    states: () => groups.states,
  });
  const lanes: Lanes = makeLanes({
    ...deps,
    ...base,
    lifetimeMs,
    library: deps.media,
    sourceOf,
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
    erase: (group) => void parts.eraser.erase(group),
    later: (again) => void timer.after(500, again),
  });
  const around = { ...deps, ...base, groups: () => groups, ready: () => lanes.kickAll() };
  const accounts = new Accounts(around, deps.accounts, made);
  const recoveryOf = { store, map, history, seen: base.seen, lanes };
  const own = { ...base, deps, lanes, groups, accounts, sourceOf, abort, epoch: session.epoch };
  const parts = { ...own, ...housekeeping(own), ...watches(own), recoveryOf };
  return parts;
}

/** What looks now and then whether it is time for something. */
function watches(parts: Omit<Parts, "eraser">): Pick<Assembled, "lateness" | "fadings"> {
  const { deps: { store, host }, groups, abort: { signal } } = parts;
  const learn: FadingsDeps["learn"] = (group, mail, rows, done) =>
    groups.learn(group, mail, { records: [], rows }, done);
  return {
    lateness: new Lateness({ ...parts, store, host }),
    fadings: new Fadings({ ...parts, store, host, signal, learn }),
  };
}

/** Another process owns the store from now on, and with it the accounts: nothing here may speak to a messenger. */
function fence({ deps, lanes, accounts, abort, epoch }: Parts): void {
  const { log } = deps.host;
  log.error("fenced", { epoch });
  void lanes.stop();
  abort.abort();
  void accounts.stop();
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
  const { host } = parts.deps;
  const checkpoints = new Checkpoints({ ...parts, host });
  const { signal } = parts.abort;
  const checkpointed = (): Promise<void> => checkpoints.settled();
  return { checkpoints, eraser: new Eraser({ ...parts, ...parts.deps, signal, checkpointed }) };
}

/** Now and then: what is over is forgotten soon enough, and whoever starts does not wait for it. */
function sweepMedia(parts: Parts): void {
  const { deps: { media, host }, timer, abort: { signal } } = parts;
  timer.after(SWEEP_MS, () => {
    media.sweep()
      .catch((error) => host.log.error("sweep-failed", {}, error))
      .finally(() => signal.aborted ? undefined : sweepMedia(parts));
  });
}

function forgetRoutes(accounts: Accounts, draft: Draft): void {
  for (const { bridge } of draft.routes) {
    if (bridge.chat !== null) accounts.by(bridge.account)?.forget(bridge.chat);
  }
}

function viewsOf({ deps, lanes, accounts }: Parts, group: GroupId): ViewContext {
  return viewContext({ host: deps.host, publicUrl: deps.publicUrl, lanes, accounts }, group);
}

function doorOf(parts: Parts, checkpoints: Checkpoints, inbox: Promise<void>): Relay {
  const { deps, groups, accounts, committer, live, sequence } = parts;
  const { store, host } = deps;
  let stopping: Promise<void> | null = null;
  const views = (group: GroupId): ViewContext => viewsOf(parts, group);
  const erase = (group: GroupId): Promise<void> => parts.eraser.erase(group);
  const ask: RelayCommands = createCommands({ store, host, groups, accounts, views, erase });
  return {
    ask,
    read: createReads({ ...parts, store, host, states: groups.states, views }),
    records: createRecordStore({ store, committer, collections: deps.collections }),
    media: createRelayMedia({ ...parts, library: deps.media, accounts, states: groups.states }),
    watch: (group, { after, signal }) =>
      live.watch(group, {
        after,
        now: sequence.next(),
        signal: AbortSignal.any([signal, parts.abort.signal]),
      }),
    webhook: async (messenger, request) => {
      const answer = accounts.of(messenger)[0]?.opened.webhook?.(request);
      return await answer ?? new Response(null, { status: 404 });
    },
    health: () => ({
      ready: committer.failing === null && !committer.fenced && !parts.abort.signal.aborted,
      detail: {
        role: deps.role,
        fenced: committer.fenced,
        store: committer.failing ?? "ok",
        files: deps.media.state ?? "ok",
        lanes: parts.lanes.size,
        waitingBytes: committer.waitingBytes,
        ...accountDetail(accounts),
      },
      accounts: accounts.views(),
    }),
    stop: () => stopping ??= stop(parts, checkpoints, inbox),
  };
}

/** How each account is, for whoever watches the server. */
function accountDetail(accounts: Accounts): Record<string, string> {
  return Object.fromEntries(
    accounts.views().map(({ id, health: { status, text } }) => {
      return [`account ${id}`, text === undefined ? status : `${status}: ${text}`];
    }),
  );
}

async function stop(parts: Parts, checkpoints: Checkpoints, inbox: Promise<void>): Promise<void> {
  const { timer, lanes, committer, accounts, abort, deps } = parts;
  abort.abort();
  const orderly = async (): Promise<void> => {
    await Promise.race([lanes.stop(), timer.pause(SENDS_MAX_MS)]);
    await accounts.stop();
    await inbox;
    await checkpoints.stop();
    await committer.idle();
  };
  await Promise.race([orderly(), timer.pause(STOP_MAX_MS)]);
  timer.stop();
  deps.store.close();
  deps.host.log.info("stopped");
}
