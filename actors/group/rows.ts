/** Rows that a decision changes: where chats lead, the group itself, and what is left of it when it ends. */
import type { GroupId } from "../model/mod.ts";
import type { Mutation } from "../ports/mod.ts";
import { encodeRow, type GroupState, key, saveGroup } from "../store/mod.ts";
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

/** The group itself. Of one that ends, members and messages are left to be erased; the record stays until every chat is left. */
export function stateRows(before: GroupState | null, after: GroupState, draft: Draft): Mutation[] {
  const { id } = after.record;
  if (draft.end === null) {
    return saveGroup(after, { record: draft.newRecord !== null, members: new Set(draft.members.keys()) });
  }
  const gone = draft.end === "drop";
  const rows: Mutation[] = [{ key: key.group(id), value: gone ? null : encodeRow(after.record) }];
  if (before?.record.endedAt === null) rows.push({ key: key.erase(id), value: encodeRow({ v: 1 }) });
  return rows;
}
