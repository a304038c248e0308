/** What the relay answers and tells: shapes for routes and pages. Nothing here holds a native id. */
import type { BridgeAction, BridgeStatus, DeliveryStatus, HistoryEntry, Locale, Mode } from "./group.ts";
import type { GroupId, MemberId, MessageId, Messenger, UserId } from "./ids.ts";

export interface BridgeView {
  readonly messenger: Messenger;
  readonly status: BridgeStatus;
  readonly inviteUrl: string | null;
  readonly action?: BridgeAction;
  readonly reason?: string;
}

export interface GroupView {
  readonly id: GroupId;
  readonly title: string;
  readonly ownerId: UserId;
  readonly ownerMember: MemberId;
  readonly inviteCode: string;
  readonly locale: Locale;
  readonly mode: Mode;
  readonly createdAt: number;
  readonly bridges: readonly BridgeView[];
  /** What stands under the title, where somebody has set it. */
  readonly description?: string;
  /** Another one for each picture; absent: there is none. */
  readonly icon?: string;
}

export interface MemberView {
  readonly id: MemberId;
  readonly name: string;
  readonly messenger: Messenger;
  readonly owner: boolean;
  readonly admin: boolean;
  readonly muted: boolean;
  readonly joinedAt: number;
  readonly consentedAt: number | null;
}

export interface MessageView extends Omit<HistoryEntry, "withheld" | "results" | "quote"> {
  /** Per bridge of the group, without the one that the message came from. */
  readonly delivery: Readonly<Record<string, DeliveryStatus>>;
  /** A card whose numbers stay here until its sender lets them cross. */
  readonly withholds?: true;
}

/** What an invite code leads to. */
export type InviteView =
  | { readonly state: "open"; readonly group: GroupView }
  | { readonly state: "gone" };

/** One change in a group, told after it is durable. `seq` increases; it is the SSE id. */
export type LiveEvent =
  & { readonly seq: number }
  & (
    | { readonly type: "message"; readonly data: MessageView }
    | {
      readonly type: "delivery";
      readonly data: {
        readonly message: MessageId;
        readonly messenger: Messenger;
        readonly status: DeliveryStatus;
      };
    }
    | { readonly type: "member"; readonly data: MemberView & { readonly present: boolean } }
    | { readonly type: "bridge"; readonly data: BridgeView }
    | { readonly type: "group"; readonly data: { readonly title: string; readonly ended: boolean } }
    | { readonly type: "health"; readonly data: { readonly messenger: Messenger; readonly status: string } }
    /** Something was missed that cannot be replayed: read the messages again. */
    | { readonly type: "reset"; readonly data: Record<string, never> }
  );
