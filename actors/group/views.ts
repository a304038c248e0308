/** What others may see of a group: shapes for routes and pages. */
import type {
  Bridge,
  BridgeAction,
  BridgeView,
  DeliveryStatus,
  GroupRecord,
  GroupView,
  HistoryEntry,
  Member,
  MemberView,
  MessageId,
  MessageView,
  Messenger,
} from "../model/mod.ts";
import type { MessageEntry } from "../store/mod.ts";
import type { Standing } from "./status.ts";
import { WEB } from "./web.ts";

/** What views need besides what is stored. */
export interface ViewContext {
  /** No slash at the end. */
  readonly publicUrl: string;
  /** A reason why a bridge's account cannot send at all, or null. */
  accountReason(bridge: Bridge, record: GroupRecord): string | null;
  /** Why the lane of a bridge waits, where that is worth knowing, or null. */
  waitReason(bridge: Bridge, record: GroupRecord): string | null;
  /** How to bring our account in, as the messenger says it now; null where there is nothing to do. */
  adoptAction(bridge: Bridge): BridgeAction | null;
  /** Since when the lane of a bridge has something to send, ms since 1970; null where it has nothing. */
  waitsSince(messenger: Messenger): number | null;
  /** Whether the lane of a messenger still has to send this message. */
  waits(messenger: Messenger, message: MessageId): boolean;
}

/** A bridge, with what its account's state means for it. */
export function viewBridge(record: GroupRecord, bridge: Bridge, context: ViewContext): BridgeView {
  const { messenger } = bridge;
  const action = (bridge.action?.kind === "adopt" ? context.adoptAction(bridge) : null) ?? bridge.action;
  const inviteUrl = messenger === WEB ? `${context.publicUrl}/j/${record.inviteCode}/chat` : bridge.inviteUrl;
  const gone = context.accountReason(bridge, record);
  // What is still to be made is made as soon as the account is linked.
  const status = gone === null || bridge.status === "creating" ? bridge.status : "failed";
  const reason = gone ?? context.waitReason(bridge, record) ?? bridge.reason;
  return {
    messenger,
    status,
    inviteUrl: status === "ready" ? inviteUrl : null,
    ...(action === undefined ? {} : { action }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** How a bridge is, in words. */
export function standingOf(record: GroupRecord, bridge: Bridge, context: ViewContext): Standing {
  const { status, reason = null, action } = viewBridge(record, bridge, context);
  return { status, reason: reason ?? action?.text ?? null, since: context.waitsSince(bridge.messenger) };
}

/** A group without what is hidden or being left. */
export function viewGroup(record: GroupRecord, context: ViewContext): GroupView {
  const shown = record.bridges.filter((bridge) => bridge.hidden !== true && bridge.leaving !== true);
  return {
    id: record.id,
    title: record.title,
    ownerId: record.owner,
    ownerMember: record.ownerMember,
    inviteCode: record.inviteCode,
    locale: record.locale,
    mode: record.mode,
    createdAt: record.createdAt,
    bridges: shown.map((bridge) => viewBridge(record, bridge, context)),
    ...viewLook(record),
  };
}

function viewLook({ look }: GroupRecord): Pick<GroupView, "description" | "icon"> {
  const { description, icon } = look ?? {};
  return {
    ...(description === undefined || description.text === "" ? {} : { description: description.text }),
    ...(icon === undefined || icon.media === null ? {} : { icon: icon.at.toString(36) }),
  };
}

/** A member without anything native. */
export function viewMember(member: Member): MemberView {
  return {
    id: member.id,
    name: member.name,
    messenger: member.messenger,
    owner: member.owner === true,
    admin: member.admin,
    muted: member.muted,
    joinedAt: member.joinedAt,
    consentedAt: member.consent?.at ?? null,
  };
}

/** A message with how far it has come on every bridge that it goes to. */
export function viewMessage(
  record: GroupRecord,
  entry: HistoryEntry,
  known: MessageEntry | null,
  context: ViewContext,
): MessageView {
  const delivery: Record<string, DeliveryStatus> = {};
  for (const bridge of entry.notice === true ? [] : record.bridges) {
    const { messenger } = bridge;
    if (bridge.hidden === true || messenger === entry.author.messenger) continue;
    if (known?.copies.has(messenger)) delivery[messenger] = "delivered";
    else if (context.waits(messenger, entry.id)) delivery[messenger] = "waiting";
    else if (bridge.chat !== null && known !== null) delivery[messenger] = "failed";
  }
  const { withheld = [], results: _results, quote: _quote, ...shown } = entry;
  return { ...shown, delivery, ...(withheld.length > 0 ? { withholds: true } : {}) };
}
