/** What a lane does next: which items go out in one send, and in which parts. The same again until it is done. */
import {
  type Fitted,
  type Locale,
  type MessageId,
  type NativeId,
  type NativeOp,
  type Op,
  type OpId,
  opIdOf,
} from "../model/mod.ts";
import {
  albumItems,
  lower,
  type LowerContext,
  type MergedText,
  mergeTexts,
  type Part,
} from "../render/mod.ts";
import type { History, LaneItem, MessageEntry, MessageMap } from "../store/mod.ts";
import { albumFrom, markOf, textsFrom, unmarked } from "./bundle.ts";
import { fileIn, type FitAround, Fitting } from "./fitting.ts";
import { sharedTexts } from "./shared.ts";

/** What plans are made with. */
export interface Around extends FitAround {
  readonly map: MessageMap;
  readonly history: History;
  /** What waits behind the first item. */
  readonly ahead: Iterable<LaneItem>;
  /** The pace does not keep up: what can go together does. */
  readonly scarce: boolean;
}

/** What is sent next. */
export interface Plan {
  /** All that it says; the first is the lane's next item. */
  readonly items: readonly LaneItem[];
  readonly parts: readonly Part[];
  opId(part: number): OpId;
  /** The ids of each item, of those that a part was answered with. */
  idsOf(part: Part, ids: readonly NativeId[]): readonly (readonly NativeId[])[];
}

/** The plans of one lane. */
export class Planner {
  readonly #fitting = new Fitting();
  #held: { readonly seq: number; readonly refused: boolean; readonly plan: Plan } | null = null;
  /** Items up to this one go by themselves: together they were refused. */
  #aloneUpTo = 0;

  /** What is held of an item; null where it has to be planned first. */
  recall({ seq }: LaneItem, refused: boolean): Plan | null {
    return this.#held?.seq === seq && this.#held.refused === refused ? this.#held.plan : null;
  }

  /** A promise only where the message map, the history or a file has to be read. @throws {RetryLater} */
  plan(item: LaneItem, around: Around): Plan | Promise<Plan> {
    const { refused } = around;
    const keep = (plan: Plan): Plan => {
      this.#fitting.done();
      this.#held = { seq: item.seq, refused, plan };
      return plan;
    };
    const plan = this.#plan(item, around);
    return plan instanceof Promise ? plan.then(keep) : keep(plan);
  }

  /** What was planned together goes one by one. */
  split({ items }: Plan): void {
    this.#aloneUpTo = items.at(-1)?.seq ?? 0;
    this.#held = null;
  }

  forget(): void {
    this.#held = null;
  }

  #plan(item: LaneItem, around: Around): Plan | Promise<Plan> {
    const together = item.seq > this.#aloneUpTo && !around.refused;
    if (together && around.scarce) {
      const texts = textsFrom(item, this.#free(around.ahead));
      const plan = texts.length > 1 ? planTexts(texts, around) : null;
      if (plan !== null) return plan;
    }
    const file = fileIn(item.op);
    if (file === null) return planOne(item, around, null);
    const album = adapterAlbum(around);
    const files = together && album !== undefined
      ? albumFrom(item, this.#free(around.ahead), album.max)
      : [item];
    if (files.length > 1) return this.#planAlbum(files, around);
    return this.#fitting.fit(file, around).then((fitted) => planOne(item, around, fitted));
  }

  *#free(ahead: Iterable<LaneItem>): Iterable<LaneItem> {
    for (const item of ahead) if (item.seq > this.#aloneUpTo) yield item;
  }

  /** As many as can stand in one album; where that is one alone, it goes alone. */
  async #planAlbum(files: readonly LaneItem[], around: Around): Promise<Plan> {
    const [first] = files;
    if (first === undefined) throw new Error("Cannot plan an album as it must have files: it has none");
    const fits: Fitted[] = [];
    for (const { op } of files) {
      const file = fileIn(op);
      if (file !== null) fits.push(await this.#fitting.fit(file, around));
    }
    const entry = await entryFor(first.op, around);
    const context = contextFor(around, { entries: entry, fitted: fits[0] ?? null, shared: null });
    const ops = files.map(({ op }) => op).filter((op) => op.type === "post");
    const album = albumItems(ops, fits, context);
    if (album === null) return await planOne(first, around, fits[0] ?? null);
    const items = files.slice(0, album.count);
    const part = { op: album.op, names: true };
    return together(items, part, (ids) => items.map((_, at) => ids.slice(...oneAt(ids, at))));
  }
}

/** Where a messenger gives fewer ids than files, the first names the others too. */
function oneAt(ids: readonly NativeId[], at: number): [number, number] {
  return at < ids.length ? [at, at + 1] : [0, 1];
}

function together(
  items: readonly LaneItem[],
  part: Part,
  idsOf: (ids: readonly NativeId[]) => readonly (readonly NativeId[])[],
): Plan {
  const [first, last] = [items[0]?.seq ?? 0, items.at(-1)?.seq ?? 0];
  // Another choice of items is another message: who has seen the first must not take it for the second.
  const opId = `${opIdOf(first, 0)}-${opIdOf(last, 0)}` as OpId;
  return { items, parts: [part], opId: () => opId, idsOf: (_part, ids) => idsOf(ids) };
}

/** Null where one message has no room for two of them. */
function planTexts(texts: readonly LaneItem[], around: Around): Plan | null {
  const posts = texts.map(({ op, at }) => ({ op, at })).flatMap(({ op, at }) =>
    op.type === "post" && op.content.type === "text"
      ? [{
        id: op.message,
        author: op.author,
        body: op.content.body,
        at,
        replyTo: op.replyTo,
        pings: op.pings,
      }]
      : []
  );
  const context = contextFor(around, { entries: new Map(), fitted: null, shared: null });
  const { text, count } = mergeTexts(posts, context);
  if (count < 2) return null;
  const items = texts.slice(0, count);
  const mark = markOf(posts.slice(0, count).map(({ id }) => id));
  const op: NativeOp = { type: "post", text };
  const shared = (ids: readonly NativeId[]): readonly NativeId[] => ids.length === 0 ? [] : [...ids, mark];
  return together(items, { op, names: true }, (ids) => items.map(() => shared(ids)));
}

function planOne(item: LaneItem, around: Around, fitted: Fitted | null): Plan | Promise<Plan> {
  const entry = entryFor(item.op, around);
  if (!(entry instanceof Promise) && !isShared(item.op, entry, around)) {
    return single(item, lower(item.op, contextFor(around, { entries: entry, fitted, shared: null })));
  }
  return Promise.resolve(entry).then(async (entries) => {
    const shared = await sharedFor(item.op, entries, around);
    return single(item, lower(item.op, contextFor(around, { entries, fitted, shared })));
  });
}

function single(item: LaneItem, parts: readonly Part[]): Plan {
  return {
    items: [item],
    parts,
    opId: (part) => opIdOf(item.seq, part),
    idsOf: ({ names }, ids) => [names ? ids : []],
  };
}

type Entries = ReadonlyMap<MessageId, MessageEntry>;

/** The messages that an op refers to. */
function aboutOf(op: Op): readonly MessageId[] {
  if (op.type === "post" && op.mirror === true) return [op.message];
  if (op.type === "post") return op.replyTo === undefined ? [] : [op.replyTo.message];
  if (op.type === "edit") return op.replyTo === undefined ? [op.message] : [op.message, op.replyTo.message];
  if (op.type === "notice") return op.about === undefined ? [] : [op.about];
  if (op.type === "late") return [op.message, op.note];
  if (op.type === "result") return [op.about, op.message, ...op.older];
  return "message" in op && op.message !== undefined ? [op.message] : [];
}

function entryFor(op: Op, { map, group }: Around): Entries | Promise<Entries> {
  const wanted = aboutOf(op);
  if (wanted.length === 0) return NO_ENTRIES;
  const found = new Map<MessageId, MessageEntry>();
  for (const id of wanted) {
    const entry = map.recallEntry(group, id);
    if (entry !== null) found.set(id, entry);
  }
  return found.size === wanted.length ? found : map.entries(group, wanted);
}

const NO_ENTRIES: Entries = new Map();

function isShared(op: Op, entries: Entries, { route }: Around): boolean {
  if (op.type !== "edit" && op.type !== "delete") return false;
  return unmarked(entries.get(op.message)?.copies.get(route.bridge.messenger) ?? []).shared.length > 0;
}

async function sharedFor(
  op: Op,
  entries: Entries,
  { history, group, route, host }: Around,
): Promise<readonly MergedText[] | "lost" | null> {
  if (op.type !== "edit" && op.type !== "delete") return null;
  const { shared } = unmarked(entries.get(op.message)?.copies.get(route.bridge.messenger) ?? []);
  if (shared.length === 0) return null;
  const text = (key: string, values?: Readonly<Record<string, string>>): string =>
    host.text(route.locale, key, values);
  return await sharedTexts(shared, (id) => history.read(group, id), text) ?? "lost";
}

interface Found {
  readonly entries: Entries;
  readonly fitted: Fitted | null;
  readonly shared: ReturnType<LowerContext["shared"]>;
}

function contextFor(
  { host, route, adapter, refused }: Around,
  { entries, fitted, shared }: Found,
): LowerContext {
  const { bridge, locale } = route;
  return {
    capabilities: adapter.capabilities(bridge.chat),
    messenger: bridge.messenger,
    natives: (message) => unmarked(entries.get(message)?.copies.get(bridge.messenger) ?? []).natives,
    ageMs: (message) => {
      const entry = entries.get(message);
      return entry === undefined ? null : host.now() - entry.at;
    },
    shared: () => shared,
    fitted: () => fitted,
    text: (name, values) => host.text(locale, name, values),
    time: (at) => timeIn(locale, at),
    refused,
  };
}

const CLOCKS = new Map<Locale, Intl.DateTimeFormat>();

/** By the clock of the server. */
function timeIn(locale: Locale, at: number): string {
  const clock = CLOCKS.get(locale) ?? new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  CLOCKS.set(locale, clock);
  return clock.format(at);
}

function adapterAlbum({ adapter, route }: Around): { readonly max: number } | undefined {
  return adapter.capabilities(route.bridge.chat).album;
}
