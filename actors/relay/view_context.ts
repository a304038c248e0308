/** What the state of accounts and lanes means for how a group looks from outside. */
import { type Bridge, type GroupRecord, seqOf } from "../model/mod.ts";
import type { Host } from "../ports/mod.ts";
import type { Accounts } from "../accounts.ts";
import type { Lanes } from "../bridge/lanes.ts";
import type { ViewContext } from "../group/views.ts";

/** What views are made of. */
export interface ViewParts {
  readonly host: Host;
  readonly publicUrl: string;
  readonly accounts: Accounts;
  readonly lanes: Lanes;
}

/** The surroundings of one group. */
export function viewContext(parts: ViewParts, group: GroupRecord["id"]): ViewContext {
  const { publicUrl, lanes, accounts } = parts;
  return {
    publicUrl,
    accountReason: (bridge, record) =>
      isLost(parts, bridge) ? textOf(parts, bridge, record, "bridge.account-gone") : null,
    waitReason: (bridge, record) => {
      const reason = lanes.waiting(group, bridge.messenger);
      return reason === null ? null : textOf(parts, bridge, record, reason);
    },
    adoptAction: (bridge) => {
      const account = accounts.by(bridge.account);
      const link = bridge.adoptToken === undefined
        ? undefined
        : account?.opened.adoptLink?.(bridge.adoptToken);
      return link === undefined ? null : { kind: "adopt", ...link };
    },
    waitsSince: (messenger) => lanes.waitsSince(group, messenger),
    waits: (messenger, message) => lanes.waits(group, messenger, seqOf(message)),
  };
}

/** Logged out, or removed by an operator. */
function isLost({ accounts }: ViewParts, { account }: Bridge): boolean {
  return account !== null && (accounts.by(account)?.health.status ?? "logged-out") === "logged-out";
}

function textOf({ host }: ViewParts, bridge: Bridge, { locale }: GroupRecord, key: string): string {
  return host.text(locale, key, { messenger: host.text(locale, `messenger.${bridge.messenger}`) });
}
