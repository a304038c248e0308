/** The lanes of the relay: what they need of everything else. */
import type { Host, MediaLibrary, Store } from "../ports/mod.ts";
import type { Accounts } from "../accounts.ts";
import type { SourceOf } from "../bridge/lane_deps.ts";
import { Lanes } from "../bridge/lanes.ts";
import type { Groups } from "../group.ts";
import type { Live } from "../group/live.ts";
import type { Committer, History, MessageMap, Sequence } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

interface LanesOf {
  readonly timer: Timer;
  readonly committer: Committer;
  readonly sequence: Sequence;
  readonly map: MessageMap;
  readonly history: History;
  readonly live: Live;
  readonly store: Store;
  readonly host: Host;
  readonly publicUrl: string;
  readonly lifetimeMs: number;
  readonly library: MediaLibrary;
  readonly sourceOf: SourceOf;
  groups(): Groups;
  accounts(): Accounts;
}

/** Lanes that send by the accounts, and tell the groups what they learn. */
export function makeLanes(deps: LanesOf): Lanes {
  const { host, committer, live, sequence } = deps;
  return new Lanes({
    ...deps,
    append: (append, done) => committer.append(append, done),
    learn: (group, fact, append, done) => deps.groups().learn(group, { kind: "fact", fact }, append, done),
    account: (bridge) => deps.accounts().by(bridge.account),
    route: async (group, messenger) => {
      const record = (await deps.groups().states.load(group))?.record;
      const bridge = record?.bridges.find((bridge) => bridge.messenger === messenger);
      return record === undefined || bridge === undefined ? null : { bridge, locale: record.locale };
    },
    settled: (group, messenger, op, status) => {
      host.metrics.count("plenum_sent_total", { messenger, status });
      if (op.type !== "post" || op.mirror === true || !live.watched(group)) return;
      const data = { message: op.message, messenger, status };
      live.publish(group, { seq: sequence.next(), type: "delivery", data });
    },
  });
}
