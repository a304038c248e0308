/**
 * Group actors: each takes its mail one by one, decides, and writes all that follows in one commit. An actor exists
 * while it has mail. What it tells others (lanes, watchers, whoever asked) waits for that commit.
 */
import type { Command, GroupId, Mail, Seq } from "./model/mod.ts";
import { RelayError } from "./ports/mod.ts";
import { apply, type Cut, type Item, madeBy, turnOf } from "./group/apply.ts";
import type { Accepting, GroupsDeps, Outcome } from "./group/deps.ts";
import { decide } from "./group/decide.ts";
import type { Draft, Known } from "./group/draft.ts";
import { messengerOf, readTarget, recallTarget } from "./group/targets.ts";
import { tell } from "./group/tell.ts";
import { standingOf } from "./group/views.ts";
import { GroupStates } from "./group/states.ts";
import {
  type Append,
  checkFits,
  DEAD_LETTER_LIFETIME_MS,
  encodeRow,
  type GroupState,
  key,
  line,
  TooLarge,
  type Turn,
} from "./store/mod.ts";
import { Cache } from "./system/cache.ts";
import { routeRows, stateRows } from "./group/rows.ts";

/** Characters of one piece of mail. */
const MAIL_MAX = 240_000;
/** Characters of undecided mail over which more is refused. */
const BACKLOG_MAX = 64 * 1024 * 1024;

/** Keyed hashes of people that are remembered. */
const HASHES_MAX = 150_000;

interface Work {
  readonly seq: Seq;
  readonly mail: Mail;
  readonly line: string;
  readonly resolve: ((outcome: Outcome) => void) | null;
  readonly reject: ((error: unknown) => void) | null;
}

export class Groups {
  readonly #deps: GroupsDeps;
  readonly states: GroupStates;
  readonly #mailboxes = new Map<GroupId, Work[]>();
  readonly #quiet: (() => void)[] = [];
  readonly #undecided = new Map<Seq, string>();
  readonly #hashes = new Cache<string, string>(HASHES_MAX);
  #backlog = 0;

  constructor(deps: GroupsDeps) {
    this.#deps = deps;
    this.states = new GroupStates(deps.store);
  }

  /** Lines of all mail that is durable and not yet decided, oldest first. */
  get undecided(): Iterable<string> {
    return this.#undecided.values();
  }

  /** An event whose adapter has waited for room. Resolves once it is durable. @throws {RelayError} when it was not taken */
  accept(group: GroupId, mail: Mail, options: Accepting): Promise<unknown> {
    const end = options.settled === true ? Promise.withResolvers<Outcome>() : null;
    const work = this.#work(group, mail, options.hash, end?.resolve ?? null, end?.reject ?? null);
    const taken = this.#take(group, work, options, true);
    return end === null ? taken : taken.then(() => end.promise);
  }

  /** Resolves once what the command led to is durable. @throws {RelayError} */
  async ask(group: GroupId, command: Command, rows?: Append["rows"]): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const work = this.#work(group, { kind: "command", command }, 0, resolve, reject);
    await this.#take(group, work, { rows }, false);
    return await promise;
  }

  /** Mail of our own, in the same commit as `append`: written sooner or later. */
  learn(group: GroupId, mail: Mail, append: Append, done: () => void): void {
    const work = this.#work(group, mail, 0, null, null);
    this.#deps.committer.append({ ...append, records: [work.line, ...append.records] }, () => {
      done();
      this.#enqueue(group, work);
    });
  }

  /** Mail that was found in the journal. */
  restore(group: GroupId, seq: Seq, mail: Mail, text: string): void {
    this.#enqueue(group, { seq, mail, line: text, resolve: null, reject: null });
  }

  #work(group: GroupId, mail: Mail, hash: number, resolve: Work["resolve"], reject: Work["reject"]): Work {
    const seq = this.#deps.sequence.next();
    const text = line(["m", seq, group, hash, mail]);
    return { seq, mail, line: text, resolve, reject };
  }

  #take(
    group: GroupId,
    work: Work,
    { rows, taken }: Pick<Accepting, "rows" | "taken">,
    heldBack: boolean,
  ): Promise<unknown> {
    const refused = work.line.length > MAIL_MAX
      ? new RelayError("invalid", `Cannot take this as it must be under ${MAIL_MAX} characters`)
      : !heldBack && this.#backlog > BACKLOG_MAX
      ? new RelayError("busy", "Cannot take more messages right now", 1_000)
      : null;
    if (refused !== null) return Promise.reject(refused);
    const then = (): void => {
      taken?.();
      this.#enqueue(group, work);
    };
    return this.#deps.committer.accept({ records: [work.line], rows }, { then, heldBack });
  }

  #enqueue(group: GroupId, work: Work): void {
    this.#undecided.set(work.seq, work.line);
    this.#backlog += work.line.length;
    const mailbox = this.#mailboxes.get(group);
    if (mailbox !== undefined) {
      mailbox.push(work);
      return;
    }
    const own = [work];
    this.#mailboxes.set(group, own);
    this.#drain(group, own);
  }

  /** Takes mail until there is none. Goes on without a pause while memory has all that it needs. */
  #drain(group: GroupId, mailbox: Work[]): void {
    for (let work = mailbox[0]; work !== undefined; work = mailbox[0]) {
      const state = this.states.recall(group);
      const target = state === undefined ? undefined : recallTarget(this.#deps, group, work.mail);
      if (state === undefined || target === undefined) {
        this.#readThenDrain(group, mailbox, work);
        return;
      }
      mailbox.shift();
      this.#turn(group, work, state, target);
    }
    this.#mailboxes.delete(group);
    if (this.#mailboxes.size === 0) { for (const resolve of this.#quiet.splice(0)) resolve(); }
  }

  /** Resolves when all mail is decided. */
  quiet(): Promise<void> {
    if (this.#mailboxes.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#quiet.push(resolve));
  }

  #readThenDrain(group: GroupId, mailbox: Work[], work: Work): void {
    const { log } = this.#deps.host;
    const read = async (): Promise<void> => {
      const state = await this.states.load(group);
      const target = await readTarget(this.#deps, group, work.mail);
      mailbox.shift();
      this.#turn(group, work, this.states.recall(group) ?? state, target);
      this.#drain(group, mailbox);
    };
    // The store could not be read: the mail is durable and stays first until it can.
    read().catch((cause: unknown) => {
      log.error("turn-failed", {}, cause);
      this.#deps.later(() => this.#drain(group, mailbox));
    });
  }

  #turn(group: GroupId, work: Work, state: GroupState | null, target: Known | null): void {
    const { host, committer } = this.#deps;
    this.#undecided.delete(work.seq);
    this.#backlog -= work.line.length;
    const at = host.now();
    try {
      const draft = decide(group, state, work.mail, {
        seq: work.seq,
        at,
        target,
        hash: (value) => this.#hash(value),
        text: (locale, name, values) => host.text(locale, name, values),
        standing: (bridge, record) => standingOf(record, bridge, this.#deps.views(group)),
      });
      this.#commit(group, work, state, draft);
    } catch (error) {
      const refused = error instanceof RelayError && !(error instanceof TooLarge);
      const record = line(["t", work.seq, group, at, {}]);
      const rows = refused ? [] : [this.#deadMail(group, work)];
      if (!refused) host.log.error("decide-failed", { kind: work.mail.kind }, error);
      committer.append(
        { records: [record], rows },
        () => work.reject?.(error),
        (lost) => work.reject?.(lost),
      );
    }
  }

  /** People write more than once: their hash is remembered for a while. */
  #hash(value: string): string {
    let hash = this.#hashes.get(value);
    if (hash === undefined) this.#hashes.set(value, hash = this.#deps.host.keyedHash(value));
    return hash;
  }

  /** Mail on which our own code failed, or whose result cannot be stored, is set aside, never dropped in silence. */
  #deadMail(group: GroupId, work: Work): NonNullable<Append["rows"]>[number] {
    this.#deps.host.metrics.count("plenum_dead_letters_total", { messenger: "none", reason: "bug" });
    const letter = { v: 1, group, messenger: messengerOf(work.mail), op: work.mail.kind, reason: "bug" };
    const value = encodeRow({ ...letter, at: this.#deps.host.now() });
    return { key: key.dead(work.seq, "mail"), value, expireInMs: DEAD_LETTER_LIFETIME_MS };
  }

  /**
   * Applies a decision in memory and writes it; what depends on it happens after that.
   * @throws {TooLarge} when it can never be written: then nothing of it has happened
   */
  #commit(group: GroupId, work: Work, before: GroupState | null, draft: Draft): void {
    const { committer, lanes, sequence } = this.#deps;
    const state = apply(before, draft);
    const keep =
      state?.record.bridges.some(({ messenger, hidden }) => messenger === "web" && hidden !== true) ?? false;
    const cut = draft.cut.map((messenger): Cut => [messenger, sequence.next()]);
    const items = draft.outgoing.map(({ op, to }): Item => [sequence.next(), op, [...to]]);
    const turn = turnOf(draft, { cut, items, keep });
    const records = [line(["t", work.seq, group, draft.around.at, turn])];
    if (draft.end === "drop") records.push(line(["e", group]));
    const changed = state !== null && (draft.newRecord !== null || draft.members.size > 0);
    const rows = [
      ...draft.rows,
      ...routeRows(group, draft),
      ...(changed ? stateRows(before, state, draft) : []),
    ];
    checkFits({ records, rows });
    this.#remember(group, turn, keep);
    for (const [messenger, seq] of cut) lanes.cut(group, messenger, seq);
    const opened = this.#dispatch(group, work.seq, items, draft, state);
    const saved = changed ? this.states.save(group, draft.end === "drop" ? null : state) : null;
    const done = (): void => {
      saved?.();
      if (draft.routes.length > 0) this.#deps.forgetRoute(draft);
      if (draft.newRecord !== null) lanes.reroute(draft.newRecord);
      for (const open of opened) open();
      if (draft.end !== null) this.#deps.erase(group);
      work.resolve?.({ state, draft });
      tell(this.#deps, group, state, draft);
    };
    committer.append({ records, rows }, done, (error) => work.reject?.(error));
  }

  /** Memory knows it from now on. */
  #remember(group: GroupId, turn: Turn, keep: boolean): void {
    const { map, history } = this.#deps;
    if (turn.message !== undefined) map.add(group, turn.message);
    if (turn.alias !== undefined) {
      map.name(group, turn.alias.message, turn.alias.messenger, [turn.alias.native]);
    }
    for (const entry of madeBy(turn)) history.add(group, entry, keep);
    for (const entry of turn.changed ?? []) history.change(group, entry, keep);
    if (turn.ended === true) history.forget(group);
  }

  /** Puts what goes out into the lanes, closed until the answers are called: after the commit. */
  #dispatch(
    group: GroupId,
    cause: Seq,
    items: readonly Item[],
    draft: Draft,
    state: GroupState | null,
  ): (() => void)[] {
    const { at } = draft.around;
    return items.flatMap(([seq, op, to]) =>
      to.map((messenger) => {
        const bridge = state?.record.bridges.find((bridge) => bridge.messenger === messenger);
        const route = bridge === undefined || state === null ? null : { bridge, locale: state.record.locale };
        return this.#deps.lanes.add(group, messenger, { seq, cause, at, part: 0, op }, route);
      })
    );
  }
}
