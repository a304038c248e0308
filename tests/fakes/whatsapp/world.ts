/** Everything the server knows, whether or not anyone is on the line. */
import { Changes } from "../telegram/changes.ts";
import { Account } from "./accounts.ts";
import { Faults } from "./faults.ts";
import { LinkedDevice } from "./linked_device.ts";
import type { Group } from "./groups.ts";
import { MediaStore } from "./media.ts";
import { type Addressing, userOf } from "./node.ts";
import { makeServerIdentity, type ServerIdentity } from "./noise.ts";
import type { Pairing } from "./pairing.ts";
import type { Phone } from "./phone.ts";
import type { Restriction } from "./restriction.ts";
import type { Session } from "./session.ts";
import { Stats } from "./stats.ts";

/** How a server behaves; tests may change it at any time. */
export interface WorldOptions {
  /** How many pictures a client can show before it gives up. */
  refs: number;
  /** How the members of a new group are called. */
  addressing: Addressing;
  /** Whether a group may have nobody but its maker in it; or the number of the error that says it may not. */
  emptyGroups: "allowed" | number;
  /** Whether the maker of a group may name itself as a member; or the number of the error. */
  ownNumberInGroup: "allowed" | number;
  /** How many characters a title may have. */
  subjectMax: number;
  /** Whether a phone sends its history when something is linked to it; without, the client waits for 20 s. */
  history: boolean;
}

/** A message as it came from a linked device. */
export interface SentMessage {
  readonly id: string;
  readonly to: string;
  readonly type: string;
  /** Encrypted for one device that could not read it. */
  readonly again: boolean;
  readonly atMs: number;
}

/** What a server does unless told otherwise. */
export const DEFAULTS: WorldOptions = {
  refs: 6,
  addressing: "lid",
  emptyGroups: "allowed",
  ownNumberInGroup: "allowed",
  subjectMax: 100,
  history: true,
};

/** The state of one server. */
export class World {
  readonly identity: ServerIdentity = makeServerIdentity();
  readonly changes = new Changes();
  readonly faults = new Faults();
  readonly stats = new Stats();
  readonly options: WorldOptions;
  readonly accounts: Account[] = [];
  readonly sessions = new Set<Session>();
  readonly phones: Phone[] = [];
  readonly groups = new Map<string, Group>();
  readonly pairings = new Set<Pairing>();
  /** Kinds of questions that nobody taught the server to answer; they got an empty answer. */
  readonly unknown: string[] = [];
  readonly sent: SentMessage[] = [];
  /** What went wrong in the fake itself. */
  readonly bugs: unknown[] = [];
  readonly media = new MediaStore();
  /** What holds the linked accounts back. */
  restriction: Restriction | null = null;
  /** Why nobody is let in. */
  refusal: number | null = null;

  constructor(options: WorldOptions) {
    this.options = options;
  }

  /** Someone new. */
  register(number: string, name: string): Account {
    const known = this.accounts.find((account) => account.number === number);
    if (known !== undefined) return known;
    const account = new Account(number, String(100_000_000_000_000 + this.accounts.length * 7_919), name);
    this.accounts.push(account);
    return account;
  }

  /** Who has this number, id or address. */
  accountOf(who: string): Account | null {
    const user = userOf(who)?.user ?? who;
    return this.accounts.find(({ number, lid }) => number === user || lid === user) ?? null;
  }

  /** Someone's phone. */
  phoneOf(account: Account): Phone | undefined {
    return this.phones.find((phone) => phone.account === account);
  }

  /** A linked device of someone. */
  linked(account: Account | null, id: number): LinkedDevice | null {
    const device = account?.devices.get(id);
    return device instanceof LinkedDevice ? device : null;
  }

  /** Every linked device. */
  get linkedDevices(): LinkedDevice[] {
    return this.accounts.flatMap(({ devices }) => [...devices.values()])
      .filter((device) => device instanceof LinkedDevice);
  }

  /** Takes down a bug of the fake. */
  bug(error: unknown): void {
    this.bugs.push(error);
    this.changes.notify();
  }
}
