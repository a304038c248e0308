/** The relay's door, in memory and without messengers: for tests of the routes only. */
import {
  type Bridge,
  GroupId,
  groupIdOf,
  type GroupView,
  type LiveEvent,
  MemberId,
  type MemberView,
  messageIdOf,
  type MessageView,
  Messenger,
} from "../../actors/model/mod.ts";
import { type CreateGroup, type Relay, RelayError, type RelayReads } from "../../actors/ports/mod.ts";
import type { RecordStore } from "../../actors/ports/mod.ts";
import { type FakeMedia, fakeMedia } from "./media.ts";
import { actIn } from "./relay_actions.ts";

type Live = LiveEvent extends infer One ? One extends LiveEvent ? Omit<One, "seq"> : never : never;

/** One group of the fake relay. */
export interface FakeGroup {
  view: GroupView;
  readonly members: Map<MemberId, MemberView>;
  readonly messages: MessageView[];
  readonly events: LiveEvent[];
  readonly watchers: Set<() => void>;
  ended: boolean;
}

/** What tests can do to it from behind. */
export interface FakeRelay extends Relay {
  readonly media: FakeMedia;
  /** Every command is refused with this until it is null again. */
  refusal: RelayError | null;
  tell(group: GroupId, event: Live): void;
  /** How many wait for news of a group. */
  watching(group: GroupId): number;
}

interface State {
  readonly groups: Map<GroupId, FakeGroup>;
  readonly codes: Map<string, GroupId>;
  readonly guests: Map<string, { readonly group: GroupId; readonly member: MemberId }>;
  readonly keys: Map<string, GroupId>;
  readonly stopped: AbortController;
  seq: number;
}

/** An empty relay. */
export function fakeRelay(records: RecordStore): FakeRelay {
  const state: State = {
    groups: new Map(),
    codes: new Map(),
    guests: new Map(),
    keys: new Map(),
    stopped: new AbortController(),
    seq: 2 ** 32,
  };
  const tell = (id: GroupId, event: Live): void => publish(state, alive(state, id), event);
  const relay: FakeRelay = {
    refusal: null,
    tell,
    watching: (id) => alive(state, id).watchers.size,
    records,
    media: fakeMedia((id, message) => {
      const found = state.groups.get(id)?.messages.find((one) => one.id === message);
      return found === undefined || found.deleted ? null : found.content;
    }),
    read: readsOf(state),
    ask: guarded(asksOf(state, tell), () => relay.refusal),
    watch: (group, options) => watch(state, alive(state, group), options),
    webhook: (messenger, request) => webhook(messenger, request),
    health: () => ({ ready: relay.refusal === null, detail: { groups: state.groups.size }, accounts: [] }),
    stop: () => Promise.resolve(state.stopped.abort()),
  };
  return relay;
}

function guarded(ask: Relay["ask"], refusal: () => RelayError | null): Relay["ask"] {
  return new Proxy(ask, {
    get(target, name, receiver): unknown {
      const error = refusal();
      return error === null ? Reflect.get(target, name, receiver) : () => Promise.reject(error);
    },
  });
}

function alive(state: State, id: GroupId): FakeGroup {
  const group = state.groups.get(id);
  if (group === undefined || group.ended) throw new RelayError("not-found", "Cannot find the group");
  return group;
}

function random(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toBase64({ alphabet: "base64url", omitPadding: true });
}

function newMember(name: string, options: { readonly owner: boolean }): MemberView {
  return {
    id: MemberId.parse(`m_${random(12)}`),
    name,
    messenger: Messenger.parse("web"),
    owner: options.owner,
    admin: options.owner,
    muted: false,
    joinedAt: Date.now(),
    consentedAt: Date.now(),
  };
}

function newBridge(messenger: Messenger, adopt: boolean): GroupView["bridges"][number] {
  if (!adopt) return { messenger, status: "ready", inviteUrl: `https://${messenger}.example/${random(6)}` };
  const status: Bridge["status"] = "needs-action";
  return {
    messenger,
    status,
    inviteUrl: null,
    action: { kind: "adopt", text: "Add our account to your group" },
  };
}

function publish(state: State, group: FakeGroup, event: Live): void {
  const told: LiveEvent = { ...event, seq: state.seq++ };
  group.events.push(told);
  for (const wake of group.watchers) wake();
}

function createGroup(state: State, request: CreateGroup): GroupView {
  const key = request.idempotencyKey === undefined ? null : `${request.owner.id} ${request.idempotencyKey}`;
  const known = key === null ? undefined : state.keys.get(key);
  if (known !== undefined) return alive(state, known).view;
  const owner = newMember(request.owner.name, { owner: true });
  const view: GroupView = {
    id: groupIdOf(crypto.getRandomValues(new Uint8Array(16))),
    title: request.title,
    ownerId: request.owner.id,
    ownerMember: owner.id,
    inviteCode: random(12),
    locale: request.locale,
    mode: request.mode,
    createdAt: Date.now(),
    bridges: request.messengers.map((messenger) => newBridge(messenger, false)),
  };
  const members = new Map([[owner.id, owner]]);
  state.groups.set(view.id, { view, members, messages: [], events: [], watchers: new Set(), ended: false });
  state.codes.set(view.inviteCode, view.id);
  if (key !== null) state.keys.set(key, view.id);
  return view;
}

/** As on a server whose accounts all come from its environment. */
const NO_ACCOUNTS = {
  addAccount: () =>
    Promise.reject(new RelayError("conflict", "Cannot add an account as this server links none")),
  removeAccount: () => Promise.reject(new RelayError("not-found", "Cannot find this account")),
  linkAccount: () => {
    throw new RelayError("not-found", "Cannot find this account");
  },
  answerLink: () => {
    throw new RelayError("not-found", "Cannot find this account");
  },
} satisfies Partial<Relay["ask"]>;

function asksOf(state: State, tell: FakeRelay["tell"]): Relay["ask"] {
  const change = (id: GroupId, part: Partial<GroupView>): Promise<GroupView> => {
    const group = alive(state, id);
    group.view = { ...group.view, ...part };
    return Promise.resolve(group.view);
  };
  return {
    ...NO_ACCOUNTS,
    createGroup: (request) => Promise.resolve(createGroup(state, request)),
    renameGroup: async (id, title) => {
      const view = await change(id, { title });
      tell(id, { type: "group", data: { title, ended: false } });
      return view;
    },
    endGroup: (id) => {
      const group = alive(state, id);
      tell(id, { type: "group", data: { title: group.view.title, ended: true } });
      group.ended = true;
      return Promise.resolve();
    },
    addBridge: (id, messenger, { adopt }) => {
      const { bridges } = alive(state, id).view;
      if (bridges.some((bridge) => bridge.messenger === messenger)) {
        return Promise.reject(new RelayError("conflict", "Cannot add a second bridge to one messenger"));
      }
      return change(id, { bridges: [...bridges, newBridge(messenger, adopt)] });
    },
    removeBridge: (id, messenger) =>
      change(id, { bridges: alive(state, id).view.bridges.filter((one) => one.messenger !== messenger) }),
    rotateInvite: (id) => {
      const inviteCode = random(12);
      state.codes.set(inviteCode, id);
      return change(id, { inviteCode });
    },
    ...memberAsksOf(state, tell),
  };
}

function memberAsksOf(
  state: State,
  tell: FakeRelay["tell"],
): Pick<Relay["ask"], "joinGuest" | "act" | "moderate"> {
  return {
    joinGuest: (code, { name }) => {
      const id = state.codes.get(code);
      if (id === undefined) return Promise.reject(new RelayError("not-found", "Cannot find the invite"));
      const group = alive(state, id);
      const member = newMember(name, { owner: false });
      group.members.set(member.id, member);
      const token = `guest_${random(24)}`;
      state.guests.set(token, { group: id, member: member.id });
      tell(id, { type: "member", data: { ...member, present: true } });
      return Promise.resolve({ memberId: member.id, token, group: id });
    },
    act: (id, action) => {
      const messageId = messageIdOf(state.seq++);
      const view = actIn(alive(state, id), action, messageId);
      tell(id, { type: "message", data: view });
      return Promise.resolve({ messageId: view.id });
    },
    moderate: (id, memberId, action) => {
      const group = alive(state, id);
      const member = group.members.get(memberId);
      if (member === undefined) return Promise.reject(new RelayError("not-found", "Cannot find the member"));
      if (member.owner) return Promise.reject(new RelayError("forbidden", "Cannot moderate the owner"));
      const after = { ...member, muted: action === "mute" };
      group.members.set(memberId, after);
      if (action === "remove") group.members.delete(memberId);
      tell(id, { type: "member", data: { ...after, present: action !== "remove" } });
      return Promise.resolve(after);
    },
  };
}

function readsOf(state: State): RelayReads {
  const find = (id: GroupId): FakeGroup | null => {
    const group = state.groups.get(id);
    return group === undefined || group.ended ? null : group;
  };
  return {
    group: (id) => Promise.resolve(find(id)?.view ?? null),
    groupsOf: (owner) =>
      Promise.resolve(
        [...state.groups.values()].filter((one) => !one.ended && one.view.ownerId === owner).map(({ view }) =>
          view
        ),
      ),
    invite: (code) => {
      const id = state.codes.get(code);
      if (id === undefined) return Promise.resolve(null);
      const group = find(id);
      if (group === null || group.view.inviteCode !== code) return Promise.resolve({ state: "gone" });
      return Promise.resolve({ state: "open", group: group.view });
    },
    members: (id) => Promise.resolve([...alive(state, id).members.values()]),
    messages: (id, { before, limit }) => {
      const older = alive(state, id).messages.filter((one) => before === undefined || one.id < before);
      return Promise.resolve(older.slice(-limit));
    },
    guest: (token) => {
      const guest = state.guests.get(token) ?? null;
      return Promise.resolve(guest !== null && find(guest.group)?.members.has(guest.member) ? guest : null);
    },
    accounts: () => [],
    linking: () => null,
    deadLetters: () => Promise.resolve([]),
  };
}

async function* watch(
  state: State,
  group: FakeGroup,
  { after, signal }: { readonly after?: number; readonly signal: AbortSignal },
): AsyncIterable<LiveEvent> {
  const end = AbortSignal.any([signal, state.stopped.signal]);
  let next = after === undefined ? group.events.length : group.events.findIndex(({ seq }) => seq > after);
  if (next === -1) next = group.events.length;
  while (!end.aborted) {
    const event = group.events[next];
    if (event !== undefined) {
      next += 1;
      yield event;
      continue;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    group.watchers.add(resolve);
    end.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    group.watchers.delete(resolve);
  }
}

async function webhook(messenger: Messenger, request: Request): Promise<Response> {
  if (messenger !== "telegram") return new Response(null, { status: 404 });
  return new Response(`took ${(await request.bytes()).length} bytes`);
}

/** An id of the right form that no group has. */
export const UNKNOWN_GROUP = GroupId.parse(`g_${"A".repeat(22)}`);
