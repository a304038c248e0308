/** Our accounts: those of the environment, and those that operators made, which can come and go at any time. */
import { AccountId, type GroupId, type Messenger } from "./model/mod.ts";
import { type AccountView, type AdapterDefinition, RelayError, type Store } from "./ports/mod.ts";
import { Account, type AccountDeps, type AccountSpec } from "./account.ts";
import { AccountRow, decodeRow, encodeRow, key } from "./store/mod.ts";

/** A messenger whose accounts operators make and link, with what they are opened with. */
export interface Linkable<Config = unknown> {
  readonly definition: AdapterDefinition<Config>;
  readonly config: Config;
}

/** An account that is removed is given so long to log out, ms. */
const UNLINK_MAX_MS = 5_000;

export interface AccountsDeps extends AccountDeps {
  readonly linkable: readonly Linkable[];
}

/** Those that operators made, as they were stored. */
export async function storedAccounts(store: Store): Promise<AccountRow[]> {
  const found: AccountRow[] = [];
  for await (const row of store.list({ prefix: key.accounts() })) {
    found.push(decodeRow(AccountRow, row.value));
  }
  return found;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #accounts = new Map<AccountId, Account>();
  #started = false;

  /** `specs` come from the environment, `rows` from operators. Where a messenger to link has none, one is made. */
  constructor(deps: AccountsDeps, specs: readonly AccountSpec[], rows: readonly AccountRow[]) {
    this.#deps = deps;
    for (const spec of specs) this.#open(spec);
    for (const { id, messenger } of rows) {
      const linkable = deps.linkable.find(({ definition }) => definition.messenger === messenger);
      if (linkable !== undefined) this.#open({ ...linkable, account: id });
    }
    for (const linkable of deps.linkable) {
      if (this.of(linkable.definition.messenger).length === 0) this.#make(linkable);
    }
  }

  all(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  views(): AccountView[] {
    return this.all().map(viewAccount);
  }

  by(id: string | null): Account | null {
    return this.all().find((account) => account.id === id) ?? null;
  }

  /** Of one messenger, in the order in which they were made. */
  of(messenger: Messenger): readonly Account[] {
    return this.all().filter((account) => account.messenger === messenger);
  }

  /** Whose new chat it will be: one that is connected, the same for the same group. */
  forGroup(messenger: Messenger, group: GroupId): Account | null {
    const accounts = this.of(messenger);
    const connected = accounts.filter(({ adapter }) => adapter !== null);
    const among = connected.length > 0 ? connected : accounts;
    return among[spread(group) % Math.max(among.length, 1)] ?? null;
  }

  start(): void {
    this.#started = true;
    for (const account of this.all()) account.start();
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.all().map((account) => account.stop()));
  }

  /** @throws {RelayError} `conflict` where this server links no accounts of this messenger */
  async add(messenger: Messenger): Promise<AccountView> {
    const linkable = this.#deps.linkable.find(({ definition }) => definition.messenger === messenger);
    if (linkable === undefined) {
      throw new RelayError("conflict", "Cannot add an account as this server links none of this messenger");
    }
    const { account, written } = this.#make(linkable);
    await written;
    return viewAccount(account);
  }

  /** @throws {RelayError} `not-found`, `conflict` */
  async remove(id: AccountId): Promise<void> {
    const account = this.linkable(id);
    const signal = AbortSignal.timeout(UNLINK_MAX_MS);
    await account.opened.unlink?.({ signal }).catch(() => undefined);
    await account.stop();
    this.#accounts.delete(id);
    this.#deps.host.metrics.gauge("plenum_account_connected", 0, {
      messenger: account.messenger,
      account: id,
    });
    await account.erase();
    await this.#deps.committer.write({
      records: [],
      rows: [{ key: key.account(id), value: null }, { key: key.creations(id), value: null }],
    });
  }

  /** One that operators link. @throws {RelayError} `not-found`, `conflict` */
  linkable(id: AccountId): Account {
    const account = this.by(id);
    if (account === null) throw new RelayError("not-found", "Cannot find this account");
    if (!account.linkable) {
      throw new RelayError(
        "conflict",
        "Cannot change this account here as it comes from the server's environment",
      );
    }
    return account;
  }

  #make(linkable: Linkable): { readonly account: Account; readonly written: Promise<unknown> } {
    const { messenger } = linkable.definition;
    let id: string = messenger;
    for (let n = 2; this.by(id) !== null; n++) id = `${messenger}-${n}`;
    const account = this.#open({ ...linkable, account: AccountId.parse(id) });
    const value = encodeRow({ v: 1, id, messenger, at: this.#deps.host.now() });
    const written = this.#deps.committer.write({
      records: [],
      rows: [{ key: key.account(account.id), value }],
    });
    written.catch(() => undefined);
    if (this.#started) account.start();
    return { account, written };
  }

  #open(spec: AccountSpec): Account {
    const account = new Account(spec, this.#deps);
    this.#accounts.set(account.id, account);
    return account;
  }
}

/** An account as operators see it. */
export function viewAccount({ id, messenger, health, linkable }: Account): AccountView {
  return { id, messenger, health, linkable };
}

/** Ids of groups are random: any of their digits spread them evenly. */
function spread(group: GroupId): number {
  return [...group].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}
