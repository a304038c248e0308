/** A group at rest: one row for the record, and pages of members beside it, in order of joining. */
import { type GroupId, type GroupRecord, type Member, type MemberId } from "../model/mod.ts";
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

/** Reads a group with its members, or null. */
export async function loadGroup(store: Store, group: GroupId): Promise<GroupState | null> {
  let record: GroupRecord | null = null;
  const members = new Map<MemberId, Member>();
  for await (const row of store.list({ prefix: key.group(group) })) {
    for (const member of decodeRow(MemberPage, row.value).members) members.set(member.id, member);
  }
  const row = await store.get(key.group(group));
  if (row !== null) record = decodeRow(GroupRow, row.value);
  return record === null ? null : { record, members };
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

/** The rows to delete when a group has ended. */
export function dropGroup(state: GroupState): Mutation[] {
  const mutations: Mutation[] = [{ key: key.group(state.record.id), value: null }];
  for (let page = 0; page * PAGE_MEMBERS < state.members.size; page++) {
    mutations.push({ key: key.members(state.record.id, page), value: null });
  }
  return mutations;
}

/** The text form in which an idle group is kept in memory. */
export function packGroup(state: GroupState): string {
  return JSON.stringify([state.record, [...state.members.values()]]);
}

/** What `packGroup` made of it. Only for texts of this process: nothing is checked. */
export function unpackGroup(text: string): GroupState {
  const [record, members] = JSON.parse(text) as [GroupRecord, Member[]];
  return { record, members: new Map(members.map((member) => [member.id, member])) };
}
