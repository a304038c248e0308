/** Tells those who watch a group what a decision did. */
import type { GroupId, LiveEvent } from "../model/mod.ts";
import type { GroupState, History, MessageMap, Sequence } from "../store/mod.ts";
import type { Draft } from "./draft.ts";
import type { Live } from "./live.ts";
import { viewBridge, type ViewContext, viewMember, viewMessage } from "./views.ts";

interface TellDeps {
  readonly live: Live;
  readonly sequence: Sequence;
  readonly map: MessageMap;
  readonly history: History;
  views(group: GroupId): ViewContext;
}

/** Only after the decision is durable. */
export function tell(deps: TellDeps, group: GroupId, state: GroupState | null, draft: Draft): void {
  const { live, sequence, map, history } = deps;
  if (!live.watched(group) || state === null) return;
  const views = deps.views(group);
  for (const told of draft.told) {
    const seq = sequence.next();
    let event: LiveEvent | null = null;
    if (told.type === "message") {
      const entry = history.recall(group, told.id);
      const known = map.recallEntry(group, told.id);
      if (entry !== null) {
        event = { seq, type: "message", data: viewMessage(state.record, entry, known, views) };
      }
    } else if (told.type === "member") {
      const member = state.members.get(told.id);
      if (member !== undefined) {
        event = { seq, type: "member", data: { ...viewMember(member), present: member.leftAt === null } };
      }
    } else if (told.type === "bridge") {
      const bridge = state.record.bridges.find(({ messenger }) => messenger === told.messenger);
      if (bridge?.hidden === true || bridge === undefined) continue;
      event = { seq, type: "bridge", data: viewBridge(state.record, bridge, views) };
    } else {
      event = { ...told, seq };
    }
    if (event !== null) live.publish(group, event);
  }
}
