/** Reads: straight from memory and store, never through a mailbox. */
import type { GroupId, GroupView, InviteView, MessageId, MessageView, UserId } from "../model/mod.ts";
import type { Host, RelayReads, Store } from "../ports/mod.ts";
import type { Accounts } from "../accounts.ts";
import type { GroupStates } from "../group/states.ts";
import { type ViewContext, viewGroup, viewMember, viewMessage } from "../group/views.ts";
import {
  DeadRow,
  decodeRow,
  GuestRow,
  type History,
  InviteRow,
  key,
  type MessageMap,
  OwnedRow,
} from "../store/mod.ts";

export interface ReadDeps {
  readonly store: Store;
  readonly host: Host;
  readonly states: GroupStates;
  readonly map: MessageMap;
  readonly history: History;
  readonly accounts: Accounts;
  views(group: GroupId): ViewContext;
}

/** The reads of the relay. */
export function createReads(deps: ReadDeps): RelayReads {
  const { store, host, states } = deps;

  async function group(id: GroupId): Promise<GroupView | null> {
    const state = await states.load(id);
    return state === null || state.record.endedAt !== null ? null : viewGroup(state.record, deps.views(id));
  }

  return {
    group,
    groupsOf: (owner) => groupsOf(deps, owner, group),
    invite: async (code): Promise<InviteView | null> => {
      const row = await store.get(key.invite(code));
      if (row === null) return null;
      const invite = decodeRow(InviteRow, row.value);
      const found = invite.open ? await group(invite.group) : null;
      return found === null ? { state: "gone" } : { state: "open", group: found };
    },
    members: async (id) => {
      const state = await states.load(id);
      const present = [...state?.members.values() ?? []].filter(({ leftAt }) => leftAt === null);
      return present.map(viewMember);
    },
    messages: (id, options) => messages(deps, id, options),
    guest: async (token) => {
      const row = await store.get(key.guest(host.keyedHash(`guest ${token}`)));
      if (row === null) return null;
      const { group: id, member } = decodeRow(GuestRow, row.value);
      const state = await states.load(id);
      const known = state?.members.get(member);
      return known === undefined || known.leftAt !== null ? null : { group: id, member };
    },
    accounts: () => deps.accounts.views(),
    linking: (account) => deps.accounts.by(account)?.linking ?? null,
    deadLetters: async (limit) => {
      const letters = [];
      for await (const row of store.list({ prefix: key.deads(), reverse: true, limit })) {
        const { v: _v, ...letter } = decodeRow(DeadRow, row.value);
        letters.push(letter);
      }
      return letters;
    },
  };
}

async function groupsOf(
  deps: ReadDeps,
  owner: UserId,
  group: (id: GroupId) => Promise<GroupView | null>,
): Promise<GroupView[]> {
  const found: GroupView[] = [];
  for await (const row of deps.store.list({ prefix: key.ownedBy(owner) })) {
    const view = await group(decodeRow(OwnedRow, row.value).group);
    if (view !== null) found.push(view);
  }
  return found.sort((a, b) => a.createdAt - b.createdAt);
}

async function messages(
  deps: ReadDeps,
  id: GroupId,
  options: { readonly before?: MessageId; readonly limit: number },
): Promise<MessageView[]> {
  const state = await deps.states.load(id);
  if (state === null || state.record.endedAt !== null) return [];
  const entries = await deps.history.list(id, options);
  const known = await deps.map.entries(id, entries.map((entry) => entry.id));
  const views = deps.views(id);
  return entries.map((entry) => viewMessage(state.record, entry, known.get(entry.id) ?? null, views));
}
