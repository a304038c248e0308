/** What the API asks: groups, invites, guests. Decisions about random values and rows; the Group actor does the rest. */
import {
  base64Url,
  type BridgePlan,
  type Consent,
  type GroupId,
  groupIdOf,
  type GroupRecord,
  type GroupView,
  MessageId,
  type Messenger,
  type WebAction,
} from "./model/mod.ts";
import { type CreateGroup, type Host, type RelayCommands, RelayError, type Store } from "./ports/mod.ts";
import type { Accounts } from "./accounts.ts";
import { WEB } from "./group/web.ts";
import { type ViewContext, viewGroup, viewMember } from "./group/views.ts";
import type { Groups } from "./group.ts";
import type { Outcome } from "./group/deps.ts";
import { decodeRow, encodeRow, IDEMPOTENCY_LIFETIME_MS, InviteRow, key, OwnedRow } from "./store/mod.ts";

export interface SignupDeps {
  readonly store: Store;
  readonly host: Host;
  readonly groups: Groups;
  readonly accounts: Accounts;
  views(group: GroupId): ViewContext;
  /** Erases members and messages of a group that has ended. Resolves when they are gone, or to be tried again. */
  erase(group: GroupId): Promise<void>;
}

/** The commands of the relay. */
export function createCommands(deps: SignupDeps): RelayCommands {
  const { groups, host } = deps;
  const creating = new Map<string, Promise<GroupView>>();

  function view(outcome: Outcome): GroupView {
    return viewGroup(recordOf(outcome), deps.views(recordOf(outcome).id));
  }

  return {
    createGroup: (request) => {
      const { idempotencyKey, owner } = request;
      if (idempotencyKey === undefined) return createGroup(deps, request);
      const same = `${owner.id} ${idempotencyKey}`;
      const running = creating.get(same) ?? createOnce(deps, request, idempotencyKey);
      creating.set(same, running);
      return running.finally(() => creating.delete(same));
    },
    renameGroup: async (group, title) => view(await groups.ask(group, { type: "title", title })),
    endGroup: async (group) => {
      await groups.ask(group, { type: "end" });
      await deps.erase(group);
    },
    addBridge: async (group, messenger, { adopt }) => {
      const plan = planFor(deps, { group, messenger, adopt });
      return view(await groups.ask(group, { type: "add-bridge", plan }));
    },
    removeBridge: async (group, messenger) =>
      view(await groups.ask(group, { type: "remove-bridge", messenger })),
    rotateInvite: async (group) => {
      return view(await groups.ask(group, { type: "rotate", inviteCode: randomText(host, 12) }));
    },
    joinGuest: (code, guest) => joinGuest(deps, code, guest),
    act: (group, action) => act(deps, group, action),
    moderate: async (group, member, action) => {
      const { state } = await groups.ask(group, { type: "moderate", member, action });
      const now = state?.members.get(member);
      if (now === undefined) throw new RelayError("not-found", "Cannot find this member in the group");
      return viewMember(now);
    },
    addAccount: (messenger) => deps.accounts.add(messenger),
    removeAccount: (account) => deps.accounts.remove(account),
    linkAccount: (account, { signal }) => deps.accounts.linkable(account).link(signal),
    answerLink: (account, field, value) => deps.accounts.linkable(account).answerLink(field, value),
  };
}

function recordOf(outcome: Outcome): GroupRecord {
  if (outcome.state === null) throw new RelayError("not-found", "Cannot find this group");
  return outcome.state.record;
}

/** The same key answers the same group for a day. */
async function createOnce(
  deps: SignupDeps,
  request: CreateGroup,
  idempotencyKey: string,
): Promise<GroupView> {
  const at = key.idempotency(request.owner.id, deps.host.keyedHash(idempotencyKey));
  const row = await deps.store.get(at);
  if (row !== null) {
    const { group } = decodeRow(OwnedRow, row.value);
    const state = await deps.groups.states.load(group);
    if (state !== null) return viewGroup(state.record, deps.views(group));
  }
  return await createGroup(deps, request, (group) => [
    { key: at, value: encodeRow({ v: 1, group }), expireInMs: IDEMPOTENCY_LIFETIME_MS },
  ]);
}

async function createGroup(
  deps: SignupDeps,
  request: CreateGroup,
  rows: (group: GroupId) => Parameters<Groups["ask"]>[2] = () => [],
): Promise<GroupView> {
  const { host } = deps;
  const group = groupIdOf(host.randomBytes(16));
  const { locale } = request;
  const plans = request.messengers.map((messenger) => planFor(deps, { group, messenger, adopt: false }));
  // The owner reads and writes in the browser even where nobody else is invited to.
  if (!request.messengers.includes(WEB)) {
    plans.push({
      messenger: WEB,
      account: deps.accounts.of(WEB)[0]?.id ?? null,
      method: "none",
      hidden: true,
    });
  }
  const consent: Consent = { version: request.consentVersion, at: host.now() };
  const outcome = await deps.groups.ask(group, {
    type: "create",
    title: request.title,
    owner: request.owner,
    locale,
    mode: request.mode,
    inviteCode: randomText(host, 12),
    consent,
    plans,
  }, rows(group));
  return viewGroup(recordOf(outcome), deps.views(group));
}

/** How a bridge of a messenger comes to be on this server. */
function planFor(
  deps: SignupDeps,
  { group, messenger, adopt }: {
    readonly group: GroupId;
    readonly messenger: Messenger;
    readonly adopt: boolean;
  },
): BridgePlan {
  const account = deps.accounts.forGroup(messenger, group);
  if (account === null) return { messenger, account: null, method: "none" };
  const { opened } = account;
  if (opened.createGroup !== undefined && !adopt) return { messenger, account: account.id, method: "create" };
  if (opened.adoptLink === undefined) {
    if (adopt) {
      throw new RelayError("conflict", "Cannot bring an existing chat of this messenger into a group");
    }
    return { messenger, account: null, method: "none" };
  }
  const token = randomText(deps.host, 16);
  const { url, text } = opened.adoptLink(token);
  return { messenger, account: account.id, method: "adopt", token, action: { kind: "adopt", url, text } };
}

/** Base64url of so many random bytes. */
function randomText(host: Host, bytes: number): string {
  return base64Url(host.randomBytes(bytes));
}

async function joinGuest(
  deps: SignupDeps,
  code: string,
  guest: { readonly name: string; readonly consentVersion: string },
): ReturnType<RelayCommands["joinGuest"]> {
  const { host, groups } = deps;
  const row = await deps.store.get(key.invite(code));
  if (row === null) throw new RelayError("not-found", "Cannot find this invite");
  const { group, open } = decodeRow(InviteRow, row.value);
  const state = open ? await groups.states.load(group) : null;
  if (state === null || state.record.endedAt !== null) {
    throw new RelayError("gone", "Cannot join as this invite has ended: ask for a new one");
  }
  if (!state.record.bridges.some(({ messenger, hidden }) => messenger === WEB && hidden !== true)) {
    throw new RelayError("conflict", "Cannot join in the browser as this group has no browser chat");
  }
  const token = randomText(host, 24);
  const tokenHash = host.keyedHash(`guest ${token}`);
  const outcome = await groups.ask(group, {
    type: "guest",
    name: guest.name,
    guest: randomText(host, 9),
    tokenHash,
    consent: { version: guest.consentVersion, at: host.now() },
  });
  const member = outcome.draft.subject;
  if (member === null) throw new RelayError("conflict", "Cannot join this group");
  return { memberId: member, token, group };
}

async function act(
  deps: SignupDeps,
  group: GroupId,
  action: WebAction,
): Promise<{ readonly messageId: MessageId }> {
  const { draft } = await deps.groups.ask(group, { type: "web", action });
  return { messageId: MessageId.parse(draft.answer) };
}
