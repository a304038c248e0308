/** The life of a group and its bridges: made, brought in, ready, failed, moved, left, ended. */
import {
  type Bridge,
  type BridgeFact,
  type BridgePlan,
  type ChatId,
  type Command,
  type Event,
  type GroupId,
  type MemberId,
  type Messenger,
  type NativeId,
  type Person,
  TITLE_MAX,
} from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { ADOPT_LIFETIME_MS, encodeRow, key } from "../store/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { showLook } from "./look.ts";
import { author } from "./roster.ts";
import { forgetTimer, showTimer } from "./timers.ts";

/** A new group. */
export function create(
  draft: Draft,
  id: GroupId,
  command: Extract<Command, { type: "create" }>,
  web: Messenger,
): void {
  const { around } = draft;
  const native = `owner:${command.owner.id}` as NativeId;
  const ownerMember = `m_${around.hash(`${id}|${web}|${native}`)}` as MemberId;
  draft.change({
    v: 1,
    id,
    title: command.title,
    owner: command.owner.id,
    ownerMember,
    locale: command.locale,
    mode: command.mode,
    createdAt: around.at,
    endedAt: null,
    inviteCode: command.inviteCode,
    consent: command.consent,
    bridges: [],
  });
  draft.put({
    id: ownerMember,
    messenger: web,
    native,
    name: command.owner.name,
    admin: true,
    owner: true,
    joinedAt: around.at,
    leftAt: null,
    muted: false,
    consent: command.consent,
  });
  draft.rows.push(
    { key: key.invite(command.inviteCode), value: encodeRow({ v: 1, group: id, open: true }) },
    { key: key.owned(command.owner.id, id), value: encodeRow({ v: 1, group: id }) },
  );
  for (const plan of command.plans) addBridge(draft, plan);
}

/** @throws {RelayError} `conflict` where the group has one of this messenger */
export function addBridge(draft: Draft, plan: BridgePlan): void {
  const { messenger, account, hidden } = plan;
  const old = draft.bridge(messenger);
  const replaceable = old === null || old.hidden === true || (old.status === "failed" && old.chat === null);
  if (!replaceable || old?.leaving === true) {
    throw new RelayError("conflict", "Cannot add a bridge as the group already has one of this messenger");
  }
  if (old !== null && old.hidden !== true) draft.cut.push(messenger);
  const base = { messenger, account, chat: old?.chat ?? null, inviteUrl: null, hidden };
  if (plan.method === "none" || account === null) {
    const reason = draft.text("bridge.no-account", { messenger: draft.label(messenger) });
    draft.putBridge({ ...base, status: "failed", reason });
  } else if (plan.method === "adopt") {
    draft.putBridge({ ...base, status: "needs-action", action: plan.action, adoptToken: plan.token });
    if (plan.token !== undefined) {
      const value = encodeRow({ v: 1, group: draft.record.id, messenger });
      draft.rows.push({ key: key.adopt(plan.token), value, expireInMs: ADOPT_LIFETIME_MS });
    }
  } else if (base.chat !== null) {
    draft.putBridge({ ...base, status: "ready" });
  } else {
    draft.putBridge({ ...base, status: "creating" });
    draft.send({ type: "create", title: draft.record.title }, [messenger]);
  }
}

/** @throws {RelayError} `not-found` */
export function removeBridge(draft: Draft, messenger: Messenger): void {
  const bridge = draft.bridge(messenger);
  if (bridge === null || bridge.hidden === true || bridge.leaving === true) {
    throw new RelayError("not-found", "Cannot find a bridge of this messenger in the group");
  }
  part(draft, bridge);
}

/** Leaves the chat, after all that still waits to be sent there. */
function part(draft: Draft, bridge: Bridge): void {
  if (bridge.adoptToken !== undefined) draft.rows.push({ key: key.adopt(bridge.adoptToken), value: null });
  if (bridge.chat === null && bridge.status !== "creating") {
    draft.dropBridge(bridge.messenger);
    return;
  }
  draft.putBridge({ ...bridge, leaving: true });
  draft.send({ type: "leave" }, [bridge.messenger]);
}

/** A new title for all, `from` being where it came from. */
export function rename(draft: Draft, title: string, from: Messenger | null): void {
  if (title === draft.record.title) return;
  draft.change({ ...draft.record, title });
  draft.send({ type: "title", title }, audience(draft.record, from));
  draft.told.push({ type: "group", data: { title, ended: false } });
}

/** Somebody renamed the group in their messenger. A longer title than all messengers take is cut for the others. */
export function renamed(draft: Draft, messenger: Messenger, title: string, person: Person | undefined): void {
  const short = [...title.trim()].slice(0, TITLE_MAX).join("").trim();
  if (short === "" || short === draft.record.title) return;
  if (person !== undefined) author(draft, messenger, person);
  rename(draft, short, messenger);
}

/** A new invite code; the old page and the old links end. Until the new ones are there, none are shown. */
export function rotate(draft: Draft, inviteCode: string, web: Messenger): void {
  const { record } = draft;
  draft.rows.push(
    { key: key.invite(record.inviteCode), value: encodeRow({ v: 1, group: record.id, open: false }) },
    { key: key.invite(inviteCode), value: encodeRow({ v: 1, group: record.id, open: true }) },
  );
  draft.change({ ...record, inviteCode });
  for (const bridge of record.bridges) {
    if (bridge.chat !== null && bridge.messenger !== web) renewLink(draft, bridge);
  }
}

function renewLink(draft: Draft, bridge: Bridge): void {
  if (bridge.leaving === true) return;
  draft.putBridge({ ...bridge, inviteUrl: null });
  draft.send({ type: "rotate" }, [bridge.messenger]);
}

/** Tells everybody, leaves every chat, forgets members and messages. */
export function end(draft: Draft): void {
  const { record, around } = draft;
  draft.send({ type: "notice", key: "notice.ended", values: {} }, audience(record, null));
  draft.rows.push(
    { key: key.invite(record.inviteCode), value: encodeRow({ v: 1, group: record.id, open: false }) },
    { key: key.owned(record.owner, record.id), value: null },
  );
  draft.change({ ...record, endedAt: around.at });
  for (const bridge of record.bridges) if (bridge.leaving !== true) part(draft, bridge);
  draft.told.push({ type: "group", data: { title: record.title, ended: true } });
  draft.end = draft.record.bridges.length === 0 ? "drop" : "erase";
}

/** What a Lane learned. */
export function learn(draft: Draft, fact: BridgeFact): void {
  const bridge = draft.bridge(fact.messenger);
  if (bridge === null) return;
  switch (fact.type) {
    case "bridge-ready":
      return ready(draft, bridge, fact.chat, fact.inviteUrl);
    case "bridge-invite":
      return draft.putBridge({ ...bridge, inviteUrl: fact.inviteUrl });
    case "bridge-failed": {
      const reason = draft.text(fact.reason, { messenger: draft.label(bridge.messenger) });
      return draft.putBridge({ ...bridge, status: "failed", reason, action: undefined });
    }
    case "bridge-moved":
      return move(draft, bridge, fact.chat);
    case "bridge-left": {
      // The chat was not known when the lane came to leave it, or it is another bridge's by now.
      if (fact.chat !== bridge.chat) {
        if (bridge.leaving === true) draft.send({ type: "leave" }, [bridge.messenger]);
        return;
      }
      const before = draft.record;
      draft.dropBridge(bridge.messenger);
      if (before.endedAt === null) forgetTimer(draft, before);
      if (bridge.chat !== null) draft.routes.push({ bridge, to: null });
      if (draft.record.endedAt !== null && draft.record.bridges.length === 0) draft.end = "drop";
      return;
    }
    default:
      fact satisfies never;
  }
}

function ready(draft: Draft, bridge: Bridge, chat: ChatId, inviteUrl: string | null): void {
  const { action: _done, reason: _gone, ...rest } = bridge;
  const now: Bridge = { ...rest, chat, inviteUrl: inviteUrl ?? bridge.inviteUrl, status: "ready" };
  draft.putBridge(now);
  if (bridge.chat !== null && bridge.chat !== chat) draft.routes.push({ bridge, to: null });
  draft.routes.push({ bridge: now, to: "here" });
  if (bridge.status === "ready" && bridge.chat === chat) return;
  showLook(draft, now.messenger);
  showTimer(draft, now.messenger);
}

function move(draft: Draft, bridge: Bridge, chat: ChatId): void {
  if (bridge.chat === chat) return;
  if (bridge.chat !== null) draft.routes.push({ bridge, to: null });
  const now = { ...bridge, chat };
  draft.putBridge(now);
  draft.routes.push({ bridge: now, to: "here" });
  // Links belong to the old chat.
  if (bridge.inviteUrl !== null) renewLink(draft, now);
}

/** A person brought our account into a chat, or changed what it may do there. */
export function rights(draft: Draft, bridge: Bridge, event: Event & { type: "adopted" | "rights" }): void {
  const chat = event.type === "adopted" ? event.chat : bridge.chat ?? event.chat;
  if (bridge.leaving === true || (event.type === "adopted" && bridge.chat !== null && bridge.chat !== chat)) {
    return;
  }
  const { action: _done, reason: _gone, ...rest } = bridge;
  const here: Bridge = { ...rest, chat, status: "creating" };
  if (bridge.chat !== chat) draft.routes.push({ bridge: here, to: "here" });
  if (!event.ready) {
    const text = draft.text("bridge.setup-needed", { messenger: draft.label(bridge.messenger) });
    draft.putBridge({ ...here, status: "needs-action", action: { kind: "make-admin", text } });
  } else if (bridge.status === "ready" && bridge.inviteUrl !== null) {
    return;
  } else if (bridge.inviteUrl !== null) {
    draft.putBridge({ ...here, status: "ready" });
  } else {
    draft.putBridge(here);
    draft.send({ type: "setup", title: draft.record.title }, [bridge.messenger]);
  }
}

/** Our account was removed, or the chat is gone. */
export function chatGone(draft: Draft, bridge: Bridge, reason: string): void {
  if (bridge.leaving === true) {
    return learn(draft, { type: "bridge-left", messenger: bridge.messenger, chat: bridge.chat });
  }
  learn(draft, { type: "bridge-failed", messenger: bridge.messenger, reason });
}

/** The chat goes on under another id. */
export function chatMoved(draft: Draft, bridge: Bridge, to: ChatId): void {
  move(draft, bridge, to);
}
