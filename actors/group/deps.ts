/** What group actors are given, and what they answer. */
import type { GroupId } from "../model/mod.ts";
import type { Host, Store } from "../ports/mod.ts";
import type { Lanes } from "../bridge/lanes.ts";
import type { Append, Committer, GroupState, History, MessageMap, Sequence } from "../store/mod.ts";
import type { Draft } from "./draft.ts";
import type { Live } from "./live.ts";
import type { ViewContext } from "./views.ts";

/** What came of a command. */
export interface Outcome {
  readonly state: GroupState | null;
  readonly draft: Draft;
}

/** How an event is taken in. */
export interface Accepting {
  /** Of its id, for dedupe. */
  readonly hash: number;
  readonly rows?: Append["rows"];
  /** Runs at the moment at which it is durable. */
  readonly taken?: () => void;
  /** Resolves only when what follows from it is durable too. */
  readonly settled?: boolean;
}

export interface GroupsDeps {
  readonly store: Store;
  readonly host: Host;
  readonly committer: Committer;
  readonly sequence: Sequence;
  readonly map: MessageMap;
  readonly history: History;
  readonly live: Live;
  readonly lanes: Lanes;
  /** Forgets where native chats led. */
  readonly forgetRoute: (draft: Draft) => void;
  views(group: GroupId): ViewContext;
  /** Erases what is left of a group that has ended. */
  erase(group: GroupId): void;
  /** Tries something again after a short while. */
  later(again: () => void): void;
}
