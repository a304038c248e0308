/** Rows beside a group's own: where its chats lead, and what goes when it ends. */
import type { GroupId } from "../model/mod.ts";
import type { Mutation } from "../ports/mod.ts";
import { dropGroup, encodeRow, type GroupState, key } from "../store/mod.ts";
import type { Draft } from "./draft.ts";

/** Which group a native chat leads to, after a decision. */
export function routeRows(group: GroupId, draft: Draft): Mutation[] {
  const rows: Mutation[] = [];
  for (const { bridge, to } of draft.routes) {
    if (bridge.account === null || bridge.chat === null) continue;
    const value = to === null ? null : encodeRow({ v: 1, group, messenger: bridge.messenger });
    rows.push({ key: key.chat(bridge.account, bridge.chat), value });
  }
  return rows;
}

/** Forgets members and guests; the record stays until every chat is left (`gone`). */
export function endRows(before: GroupState, after: GroupState, gone: boolean): Mutation[] {
  const rows = dropGroup(before);
  if (!gone) rows[0] = { key: key.group(after.record.id), value: encodeRow(after.record) };
  for (const member of before.members.values()) {
    if (member.native.startsWith("guest:")) {
      rows.push({ key: key.guest(member.native.slice(6)), value: null });
    }
  }
  return rows;
}
