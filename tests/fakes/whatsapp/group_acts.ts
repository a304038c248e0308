/** What people do with groups, whether on a phone or through a linked device, and who is told. */
import type { Account } from "./accounts.ts";
import { Group, groupNode, participantNode, type Role } from "./groups.ts";
import { type Attrs, type BinaryNode, el, freshId, seconds } from "./node.ts";
import type { World } from "./world.ts";

/** A wish that the server does not grant. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, why: string) {
    super(`Cannot do this: ${why}`);
    this.code = code;
  }
}

/** Someone who does something with a group. */
export interface Act {
  readonly world: World;
  readonly group: Group;
  readonly by: Account;
}

interface Notice {
  readonly tag: string;
  readonly attrs?: Attrs;
  readonly inside?: BinaryNode["content"];
  /** People who are told too, though they are no members. */
  readonly also?: readonly Account[];
  /** Only these are told. */
  readonly only?: readonly Account[];
}

/** The group of an address. @throws {Refusal} where there is none, or `by` has no say in it. */
export function groupFor(world: World, jid: string, by: Account): Group {
  const group = world.groups.get(jid);
  if (group === undefined) throw new Refusal(404, "there is no such group");
  if (!group.members.has(by)) throw new Refusal(403, "not a member");
  return group;
}

/** Makes a group. */
export function createGroup(
  world: World,
  by: Account,
  { subject, members }: { readonly subject: string; readonly members: readonly Account[] },
): Group {
  const { emptyGroups, ownNumberInGroup, subjectMax, addressing } = world.options;
  checkSubject(subject, subjectMax);
  if (members.length === 0 && emptyGroups !== "allowed") throw new Refusal(emptyGroups, "nobody is in it");
  if (members.includes(by) && ownNumberInGroup !== "allowed") {
    throw new Refusal(ownNumberInGroup, "the own number is in it");
  }
  const group = new Group(by, { subject, mode: addressing });
  for (const account of members) if (account !== by) group.members.set(account, "member");
  world.groups.set(group.jid, group);
  tell({ world, group, by }, { tag: "create", attrs: { type: "new" }, inside: [groupNode(group)] });
  return group;
}

/** Comes in by an invitation. @returns false where someone has to let them in first. */
export function join(
  world: World,
  by: Account,
  code: string,
): { readonly group: Group; readonly joined: boolean } {
  const group = groupOfInvite(world, code);
  if (group.members.has(by)) return { group, joined: true };
  if (!group.approval) {
    admit({ world, group, by }, [by], "invite");
    return { group, joined: true };
  }
  group.requests.set(by, { account: by, method: "invite_link", at: seconds() });
  const asker = el("requested_user", participantNode(group, by).attrs);
  const attrs = { request_method: "invite_link" };
  tell({ world, group, by }, {
    tag: "created_membership_requests",
    attrs,
    inside: [asker],
    only: group.admins,
  });
  return { group, joined: false };
}

/** The group to which an invitation leads. */
export function groupOfInvite(world: World, code: string): Group {
  const groups = [...world.groups.values()];
  const group = groups.find(({ invite }) => invite === code);
  if (group !== undefined) return group;
  throw groups.some(({ oldInvites }) => oldInvites.has(code))
    ? new Refusal(410, "the invitation was taken back")
    : new Refusal(406, "there is no such invitation");
}

/** Takes back one's own wish to come in. */
export function withdraw(act: Act): void {
  if (!act.group.requests.delete(act.by)) return;
  const inside = [participantNode(act.group, act.by)];
  tell(act, { tag: "revoked_membership_requests", inside, only: act.group.admins });
}

/** Lets people in, or not, who asked. */
export function decide(act: Act, accounts: readonly Account[], approved: boolean): void {
  checkAdmin(act);
  for (const account of accounts) {
    if (!act.group.requests.delete(account)) continue;
    if (approved) admit(act, [account], "linked_group_join");
    else {
      const inside = [participantNode(act.group, account)];
      tell(act, { tag: "revoked_membership_requests", inside, only: act.group.admins });
    }
  }
}

/** Brings people in, but for those who do not want that. */
export function add(act: Act, accounts: readonly Account[]): void {
  if (act.group.memberAddMode === "admin_add") checkAdmin(act);
  const willing = accounts.filter(({ addable }) => addable);
  if (willing.length > 0) admit(act, willing);
}

/** Goes. */
export function leave({ world, group, by }: Act): void {
  const inside = [participantNode(group, by)];
  group.members.delete(by);
  renewKeys(world, group);
  tell({ world, group, by }, { tag: "remove", inside, also: [by] });
}

/** Sends people away. */
export function remove(act: Act, accounts: readonly Account[]): void {
  checkAdmin(act);
  const inside = accounts.map((account) => participantNode(act.group, account));
  for (const account of accounts) act.group.members.delete(account);
  renewKeys(act.world, act.group);
  tell(act, { tag: "remove", inside, also: accounts });
}

/** Makes people admins, or no longer. */
export function setRole(act: Act, accounts: readonly Account[], role: Exclude<Role, "superadmin">): void {
  checkAdmin(act);
  for (const account of accounts) if (act.group.members.has(account)) act.group.members.set(account, role);
  const inside = accounts.map((account) => participantNode(act.group, account));
  tell(act, { tag: role === "admin" ? "promote" : "demote", inside });
}

/** Calls the group something else. */
export function setSubject(act: Act, subject: string): void {
  checkLocked(act);
  checkSubject(subject, act.world.options.subjectMax);
  Object.assign(act.group, { subject, subjectBy: act.by, subjectAt: seconds() });
  const { mode } = act.group;
  const by = { s_o: act.by.shown(mode), s_o_pn: act.by.other(mode).pn };
  tell(act, { tag: "subject", attrs: { subject, s_t: act.group.subjectAt, ...by } });
}

/** Writes other words under the title. @throws {Refusal} where `prev` is not the description that is there. */
export function setDescription(
  act: Act,
  { id, prev, text }: {
    readonly id: string;
    readonly prev: string | undefined;
    readonly text: string | null;
  },
): void {
  checkLocked(act);
  if (prev !== act.group.description?.id) throw new Refusal(409, "the description is another one by now");
  act.group.description = text === null ? null : { id, text, by: act.by, at: seconds() };
  const inside = text === null ? [el("delete")] : [el("body", {}, text)];
  tell(act, { tag: "description", attrs: { id: text === null ? undefined : id, prev }, inside });
}

/** Shows another picture, or none. */
export function setPicture(act: Act, bytes: Uint8Array | null): string | null {
  checkLocked(act);
  const id = bytes === null ? null : String(Date.now());
  act.group.picture = bytes === null || id === null ? null : { id, bytes };
  const author = act.by.shown(act.group.mode);
  const word = id === null ? el("delete", { author }) : el("set", { author, id });
  send(act, { type: "picture", inside: [word], to: [...act.group.members.keys()] });
  return id;
}

/** Takes the invitation back and makes another. */
export function renewInvite(act: Act): void {
  checkAdmin(act);
  act.group.renewInvite();
  tell(act, { tag: "invite", attrs: { code: act.group.invite } });
}

/** Lets messages go after a while; 0: never. */
export function setEphemeral(act: Act, expiration: number): void {
  checkLocked(act);
  act.group.ephemeral = expiration;
  if (expiration === 0) tell(act, { tag: "not_ephemeral" });
  else tell(act, { tag: "ephemeral", attrs: { expiration: String(expiration) } });
}

/** Who may write, or change the group. */
export function setFlag(act: Act, flag: "announcement" | "locked", on: boolean): void {
  checkAdmin(act);
  act.group[flag] = on;
  tell(act, {
    tag: flag === "locked" ? (on ? "locked" : "unlocked") : on ? "announcement" : "not_announcement",
  });
}

/** Whether those who come by an invitation have to wait. */
export function setApproval(act: Act, on: boolean): void {
  checkAdmin(act);
  act.group.approval = on;
  const inside = [el("group_join", { state: on ? "on" : "off" })];
  tell(act, { tag: "membership_approval_mode", inside });
}

/** Who may bring people in. */
export function setMemberAddMode(act: Act, mode: Group["memberAddMode"]): void {
  checkAdmin(act);
  act.group.memberAddMode = mode;
  tell(act, { tag: "member_add_mode", inside: mode });
}

function admit(act: Act, accounts: readonly Account[], reason?: string): void {
  for (const account of accounts) {
    act.group.requests.delete(account);
    if (!act.group.members.has(account)) act.group.members.set(account, "member");
  }
  const inside = accounts.map((account) => participantNode(act.group, account));
  tell(act, { tag: "add", attrs: { reason }, inside });
}

/** Whoever is gone shall not read on. */
function renewKeys(world: World, group: Group): void {
  for (const phone of world.phones) phone.renewKey(group.jid);
}

function tell(act: Act, { tag, attrs = {}, inside, also = [], only }: Notice): void {
  const to = only ?? [...act.group.members.keys(), ...also];
  send(act, { type: "w:gp2", inside: [el(tag, attrs, inside)], to });
}

function send(
  { world, group, by }: Act,
  { type, inside, to }: {
    readonly type: string;
    readonly inside: BinaryNode[];
    readonly to: readonly Account[];
  },
): void {
  const { pn, lid } = by.other(group.mode);
  const shown = by.shown(group.mode);
  const id = freshId("1");
  for (const account of new Set(to)) {
    for (const device of account.devices.values()) {
      const attrs = {
        from: group.jid,
        type,
        id,
        participant: shown,
        participant_pn: pn,
        participant_lid: lid,
        addressing_mode: shown.endsWith("@lid") ? "lid" : "pn",
        notify: by.name,
        t: seconds(),
      };
      device.deliver(el("notification", attrs, inside));
    }
  }
  world.changes.notify();
}

function checkAdmin({ group, by }: Act): void {
  if (!group.isAdmin(by)) throw new Refusal(403, "not an admin");
}

function checkLocked(act: Act): void {
  if (act.group.locked) checkAdmin(act);
}

function checkSubject(subject: string, max: number): void {
  if (subject === "" || [...subject].length > max) throw new Refusal(406, "the subject is empty or too long");
}
