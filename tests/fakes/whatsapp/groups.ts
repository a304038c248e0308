/** Groups as the server keeps them, and as it describes them. */
import type { Account } from "./accounts.ts";
import { type Addressing, type BinaryNode, el, freshId, seconds } from "./node.ts";

/** What someone may do in a group. */
export type Role = "member" | "admin" | "superadmin";

/** Someone who asked to be let in. */
export interface JoinRequest {
  readonly account: Account;
  readonly method: "invite_link" | "non_admin_add";
  readonly at: string;
}

/** The words under a group's title. */
export interface Description {
  readonly id: string;
  readonly text: string;
  readonly by: Account;
  readonly at: string;
}

/** One group. */
export class Group {
  readonly jid: string;
  readonly mode: Addressing;
  readonly creator: Account;
  readonly creation = seconds();
  readonly members = new Map<Account, Role>();
  readonly requests = new Map<Account, JoinRequest>();
  /** Codes that worked once. */
  readonly oldInvites = new Set<string>();
  invite = freshInvite();
  subject: string;
  subjectBy: Account;
  subjectAt = this.creation;
  description: Description | null = null;
  picture: { readonly id: string; readonly bytes: Uint8Array } | null = null;
  /** Seconds after which messages go; 0: never. */
  ephemeral = 0;
  announcement = false;
  locked = false;
  approval = false;
  memberAddMode: "all_member_add" | "admin_add" = "all_member_add";

  constructor(creator: Account, { subject, mode }: { readonly subject: string; readonly mode: Addressing }) {
    this.jid = `1203630${String(crypto.getRandomValues(new Uint32Array(1))[0]).padStart(11, "0")}@g.us`;
    this.creator = creator;
    this.subject = subject;
    this.subjectBy = creator;
    this.mode = mode;
    this.members.set(creator, "superadmin");
  }

  /** Whether someone may change the group. */
  isAdmin(account: Account): boolean {
    return (this.members.get(account) ?? "member") !== "member";
  }

  /** Takes the old invitation back. */
  renewInvite(): void {
    this.oldInvites.add(this.invite);
    this.invite = freshInvite();
  }

  /** Those who may change the group. */
  get admins(): Account[] {
    return [...this.members.keys()].filter((account) => this.isAdmin(account));
  }
}

/** The group as someone sees it who is in it. */
export function groupNode(group: Group): BinaryNode {
  return el("group", headOf(group), [
    ...[...group.members.keys()].map((account) => participantNode(group, account)),
    ...(group.description === null ? [] : [descriptionNode(group, group.description)]),
    ...(group.ephemeral === 0 ? [] : [el("ephemeral", { expiration: String(group.ephemeral) })]),
    ...(group.announcement ? [el("announcement")] : []),
    ...(group.locked ? [el("locked")] : []),
    ...(group.approval ? [el("membership_approval_mode", {}, [el("group_join", { state: "on" })])] : []),
    el("member_add_mode", {}, group.memberAddMode),
  ]);
}

/** The group as someone sees it who was invited. */
export function invitedNode(group: Group): BinaryNode {
  return el("group", headOf(group), [
    participantNode(group, group.creator),
    ...(group.description === null ? [] : [descriptionNode(group, group.description)]),
    ...(group.approval ? [el("membership_approval_mode", {}, [el("group_join", { state: "on" })])] : []),
  ]);
}

/** A member, or someone who was one, as stanzas write it. */
export function participantNode(
  group: Group,
  account: Account,
  attrs: Record<string, string> = {},
): BinaryNode {
  const role = group.members.get(account);
  const { pn, lid } = account.other(group.mode);
  return el("participant", {
    jid: account.shown(group.mode),
    phone_number: pn,
    lid,
    type: role === undefined || role === "member" ? undefined : role,
    ...attrs,
  });
}

function headOf(group: Group): Record<string, string | undefined> {
  const { jid, mode, creator, subjectBy } = group;
  return {
    id: jid.slice(0, jid.indexOf("@")),
    addressing_mode: mode,
    creator: creator.shown(mode),
    creator_pn: creator.other(mode).pn,
    creation: group.creation,
    subject: group.subject,
    s_o: subjectBy.shown(mode),
    s_o_pn: subjectBy.other(mode).pn,
    s_t: group.subjectAt,
    size: String(group.members.size),
  };
}

function descriptionNode({ mode }: Group, { id, text, by, at }: Description): BinaryNode {
  const attrs = { id, participant: by.shown(mode), participant_pn: by.other(mode).pn, t: at };
  return el("description", attrs, [el("body", {}, text)]);
}

function freshInvite(): string {
  return freshId("") + "ab12";
}
