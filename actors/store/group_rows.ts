/** A group at rest: one row for the record, and pages of members beside it, in order of joining. */
import {
  type Bridge,
  type GroupId,
  type GroupRecord,
  guestHash,
  type Member,
  type MemberId,
} from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import { decodeRow, encodeRow } from "./rows.ts";
import { GroupRow, key, MemberPage } from "./keys.ts";

/** 30 members with the longest names and ids stay under one row's 64 KiB. */
const PAGE_MEMBERS = 30;

/** A group in memory. `members` keeps the order in which people joined; nobody is ever taken out of it. */
export interface GroupState {
  record: GroupRecord;
  readonly members: Map<MemberId, Member>;
}

/**
 * Reads a group with its members, or null. One read: the members' pages lie right behind the record.
 * A group that has ended has no members, also while their pages are still there.
 */
export async function loadGroup(store: Store, group: GroupId): Promise<GroupState | null> {
  let record: GroupRecord | null = null;
  const members = new Map<MemberId, Member>();
  const first = key.group(group);
  const end = key.membersEnd(group);
  for await (const row of store.list({ prefix: key.groups(), start: first, end })) {
    if (row.key.length === first.length) record = decodeRow(GroupRow, row.value);
    else for (const member of decodeRow(MemberPage, row.value).members) members.set(member.id, member);
  }
  if (record === null) return null;
  return { record, members: record.endedAt === null ? members : new Map() };
}

/** The rows to write after a change of the record, of some members, or both. */
export function saveGroup(state: GroupState, change: {
  readonly record: boolean;
  readonly members: ReadonlySet<MemberId>;
}): Mutation[] {
  const mutations: Mutation[] = [];
  if (change.record) {
    mutations.push({ key: key.group(state.record.id), value: encodeRow(state.record) });
  }
  if (change.members.size === 0) return mutations;
  const all = [...state.members.values()];
  const pages = new Set<number>();
  all.forEach((member, at) => {
    if (change.members.has(member.id)) pages.add(Math.floor(at / PAGE_MEMBERS));
  });
  for (const page of pages) {
    const members = all.slice(page * PAGE_MEMBERS, (page + 1) * PAGE_MEMBERS);
    mutations.push({ key: key.members(state.record.id, page), value: encodeRow({ v: 1, members }) });
  }
  return mutations;
}

/** The deletions that remove the members of a group that has ended, page by page, each with its guests' tokens. */
export async function* dropMembers(store: Store, group: GroupId): AsyncIterable<Mutation[]> {
  for await (const row of store.list({ prefix: key.memberPages(group) })) {
    const guests = decodeRow(MemberPage, row.value).members.map(guestHash).filter((hash) => hash !== null);
    yield [...guests.map(key.guest), row.key].map((key) => ({ key, value: null }));
  }
}

/** The text form in which an idle group is kept in memory: values by place, as their names would be most of it. */
export function packGroup({ record, members }: GroupState): string {
  const { bridges, consent, ...rest } = record;
  return JSON.stringify([
    GROUP_FIELDS.map((field) => rest[field]),
    [consent.version, consent.at],
    bridges.map((bridge) => shortened(BRIDGE_FIELDS.map((field) => bridge[field]))),
    [...members.values()].map((member) => shortened(MEMBER_FIELDS.map((field) => member[field]))),
  ]);
}

/** Without what is absent at the end. */
function shortened(values: Value[]): Value[] {
  while (values.at(-1) === null || values.at(-1) === undefined) values.pop();
  return values;
}

/** What `packGroup` made of it. Only for texts of this process: nothing is checked. */
export function unpackGroup(text: string): GroupState {
  const [group, [version, at], bridges, members] = JSON.parse(text) as [
    Value[],
    [string, number],
    Value[][],
    Value[][],
  ];
  const record = {
    ...named(GROUP_FIELDS, group),
    consent: { version, at },
    bridges: bridges.map((bridge) => named(BRIDGE_FIELDS, bridge)),
  } as unknown as GroupRecord;
  const list = members.map((member) => named(MEMBER_FIELDS, member) as unknown as Member);
  return { record, members: new Map(list.map((member) => [member.id, member])) };
}

/** The last ones are mostly absent: JSON makes null of them, which stands for absent where null is no value. */
const GROUP_FIELDS = [
  "v",
  "id",
  "title",
  "owner",
  "ownerMember",
  "locale",
  "mode",
  "createdAt",
  "endedAt",
  "inviteCode",
  "told",
  "late",
  "look",
  "timers",
] as const satisfies readonly (keyof GroupRecord)[];
const BRIDGE_FIELDS = [
  "messenger",
  "account",
  "status",
  "chat",
  "inviteUrl",
  "action",
  "reason",
  "adoptToken",
  "hidden",
  "leaving",
] as const satisfies readonly (keyof Bridge)[];
const MEMBER_FIELDS = [
  "id",
  "messenger",
  "native",
  "name",
  "joinedAt",
  "admin",
  "muted",
  "consent",
  "owner",
  "leftAt",
] as const satisfies readonly (keyof Member)[];
const NULLABLE: ReadonlySet<string> = new Set([
  "account",
  "chat",
  "inviteUrl",
  "endedAt",
  "leftAt",
  "consent",
]);

type Value = unknown;

function named(fields: readonly string[], values: readonly Value[]): Record<string, Value> {
  const object: Record<string, Value> = {};
  fields.forEach((field, at) => {
    const value = values[at] ?? null;
    if (value !== null || NULLABLE.has(field)) object[field] = value;
  });
  return object;
}
