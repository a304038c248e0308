/** Signal as the fake has it: people, groups, and what waits for accounts that signal-cli is linked to. */

/** Somebody: a person with a phone, or one of our accounts. */
export interface Someone {
  readonly aci: string;
  readonly number: string;
  name: string;
}

/** One group. */
export interface FakeGroup {
  readonly id: string;
  title: string;
  description: string;
  avatar: Uint8Array | null;
  /** Seconds. */
  timer: number;
  revision: number;
  members: string[];
  admins: string[];
  asking: string[];
  link: "disabled" | "enabled" | "enabled-with-approval";
  password: string;
}

/** A file as a phone has it. */
export interface ShownFile {
  readonly mime: string;
  readonly name: string | null;
  readonly body: Uint8Array;
}

/** A poll as a phone shows it. */
export interface ShownPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  /** By ACI. */
  readonly votes: Map<string, readonly number[]>;
  closed: boolean;
}

/** A message as a phone shows it. */
export interface Shown {
  readonly author: string;
  /** By which it is known: the newest counts for what others send, all for what they mean. */
  readonly times: number[];
  text: string;
  /** As `send` takes them. */
  styles: readonly string[];
  mentions: readonly string[];
  readonly quote: { readonly author: string; readonly timestamp: number } | null;
  readonly reactions: Map<string, string>;
  files: readonly ShownFile[];
  readonly voiceNote?: boolean;
  readonly sticker?: boolean;
  /** Nobody's phone rang for it. */
  readonly quiet?: boolean;
  readonly poll?: ShownPoll;
  readonly contact?: { readonly name: string; readonly phone: string };
  pinned?: boolean;
  edited: boolean;
  deleted: boolean;
}

/** What a message is beside its author and time. */
export type ShownParts = Partial<Omit<Shown, "author" | "times" | "reactions" | "edited" | "deleted">>;

/** What is handed out for an account. */
export type Handed = Readonly<Record<string, unknown>>;

/** All of it. */
export class World {
  readonly someone = new Map<string, Someone>();
  readonly groups = new Map<string, FakeGroup>();
  /** By ACI of a linked account: what was not handed out yet. */
  readonly waiting = new Map<string, Handed[]>();
  /** By group: the same on every phone. */
  readonly shown = new Map<string, Shown[]>();
  /** Attachments by id, as signal-cli has downloaded them. */
  readonly files = new Map<string, Uint8Array>();
  /** Stickers by `<pack>:<id>`, of packs that were downloaded. */
  readonly stickers = new Map<string, Uint8Array>();
  #clock = 0;
  #made = 0;
  #changed = Promise.withResolvers<void>();

  /** `version`: of signal-cli. */
  constructor(readonly version: string) {}

  /** Whether signal-cli is that new. */
  since(version: string): boolean {
    const [ours, theirs] = [this.version, version].map((one) => one.split(".").map(Number));
    const at = theirs?.findIndex((part, index) => part !== ours?.[index]) ?? -1;
    return at < 0 || (ours?.[at] ?? 0) > (theirs?.[at] ?? 0);
  }

  person(name: string): Someone {
    this.#made += 1;
    const tail = String(this.#made).padStart(4, "0");
    const one = { aci: crypto.randomUUID(), number: `+1415555${tail}`, name };
    this.someone.set(one.aci, one);
    return one;
  }

  /** Milliseconds since 1970, never the same twice. */
  now(): number {
    this.#clock = Math.max(Date.now(), this.#clock + 1);
    return this.#clock;
  }

  group(id: string): FakeGroup {
    const group = this.groups.get(id);
    if (group === undefined) throw new Error("Cannot find the group: the fake has none of that id");
    return group;
  }

  /** An id of `bytes`: 32 for those of today, 16 for the old kind. */
  newGroup(by: string, title: string, bytes = 32): FakeGroup {
    const group: FakeGroup = {
      id: crypto.getRandomValues(new Uint8Array(bytes)).toBase64(),
      title,
      description: "",
      avatar: null,
      timer: 0,
      revision: 0,
      members: [by],
      admins: [by],
      asking: [],
      link: "disabled",
      password: crypto.randomUUID(),
    };
    this.groups.set(group.id, group);
    this.shown.set(group.id, []);
    return group;
  }

  /** A message that is there from now on. */
  show(group: string, { author, timestamp }: { author: string; timestamp: number }, parts: ShownParts): void {
    this.shown.get(group)?.push({
      text: "",
      styles: [],
      mentions: [],
      quote: null,
      files: [],
      ...parts,
      author,
      times: [timestamp],
      reactions: new Map(),
      edited: false,
      deleted: false,
    });
  }

  /** The message that one of its times names. */
  find(group: string, author: string, timestamp: number): Shown | null {
    const all = this.shown.get(group) ?? [];
    return all.find((one) => one.author === author && one.times.includes(timestamp)) ?? null;
  }

  /** Something happened that a test may wait for. */
  notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Hands `envelope` to every linked account in the group but `except`. */
  tell(group: FakeGroup, except: string, envelope: Handed): void {
    for (const aci of group.members) if (aci !== except) this.queue(aci, envelope);
  }

  queue(aci: string, envelope: Handed, more: Handed = {}): void {
    const account = this.someone.get(aci)?.number;
    this.waiting.get(aci)?.push({ envelope, account, ...more });
    this.notify();
  }

  /** Waits until `holds`, looking whenever something has happened. */
  async until(holds: () => boolean, what: string, maxMs = 10_000): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Cannot wait longer for ${what}`)), maxMs);
    try {
      while (!holds()) await Promise.race([this.#changed.promise, late.promise]);
    } finally {
      clearTimeout(timer);
      late.promise.catch(() => undefined);
    }
  }

  linkOf(group: FakeGroup): string | null {
    return group.link === "disabled" ? null : `https://signal.group/#${group.password}`;
  }
}
