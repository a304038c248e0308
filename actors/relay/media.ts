/** Files of messages: where each can be read, and what browsers are shown of it. */
import type { GroupId, MediaRef, Messenger } from "../model/mod.ts";
import {
  type CallOptions,
  type MediaLibrary,
  type MediaStream,
  type MessageFile,
  Rejected,
  type RelayMedia,
  RetryLater,
} from "../ports/mod.ts";
import type { Accounts } from "../accounts.ts";
import type { SourceOf } from "../bridge/lane_deps.ts";
import { WEB } from "../group/web.ts";
import type { GroupStates } from "../group/states.ts";
import type { History } from "../store/mod.ts";

/** How long an account that is not connected is waited for, ms. */
const OFFLINE_MS = 5_000;

interface SourceDeps {
  readonly library: MediaLibrary;
  accounts(): Accounts;
  states(): GroupStates;
}

/** Files are read where they came from; those of browsers are with us already. */
export function createSources(deps: SourceDeps): SourceOf {
  return (group, { messenger, kind, media }) => ({
    group,
    id: `${messenger} ${media.native}`,
    kind,
    media,
    open: (options) =>
      messenger === WEB
        ? deps.library.open(group, media.native, options)
        : openThere(deps, { group, messenger, media }, options),
  });
}

async function openThere(
  { accounts, states }: SourceDeps,
  { group, messenger, media }: {
    readonly group: GroupId;
    readonly messenger: Messenger;
    readonly media: MediaRef;
  },
  options: CallOptions,
): Promise<MediaStream> {
  const record = (await states().load(group))?.record;
  const bridge = record?.bridges.find((bridge) => bridge.messenger === messenger);
  const account = bridge === undefined ? null : accounts().by(bridge.account);
  if (account === null) {
    throw new Rejected("Cannot read the file as its messenger must be one of the group's", "no-target");
  }
  if (account.adapter === null) {
    throw new RetryLater("Cannot read the file as its messenger must be connected", OFFLINE_MS);
  }
  return await account.adapter.openMedia(media.native, options);
}

interface DoorDeps {
  readonly library: MediaLibrary;
  readonly history: History;
  readonly sourceOf: SourceOf;
  readonly accounts: Accounts;
  readonly states: GroupStates;
}

/** What routes may do with files. */
export function createRelayMedia(deps: DoorDeps): RelayMedia {
  const { library, history, sourceOf, accounts, states } = deps;
  const shown = async (
    group: GroupId,
    file: Parameters<SourceOf>[1],
    options: CallOptions,
  ): Promise<MessageFile | null> => {
    const table = accounts.of(WEB)[0]?.opened.capabilities(null).media ?? {};
    const fitted = await library.fit(sourceOf(group, file), table, options);
    if (fitted.form !== "file") return null;
    const { kind, media } = fitted;
    return { kind, media, open: (open) => library.open(group, media.native, open) };
  };
  return {
    take: (group, upload, options) => library.take(group, upload, options),
    taken: (group, file) => library.taken(group, file),
    linked: (token) => library.linked(token),
    ofMessage: async (group, message, options) => {
      const entry = await history.read(group, message);
      if (entry === null || entry.deleted || entry.content.type !== "media") return null;
      return await shown(group, { messenger: entry.author.messenger, ...entry.content }, options);
    },
    iconOf: async (group, options) => {
      const icon = (await states.load(group))?.record.look?.icon;
      if (icon === undefined || icon.media === null) return null;
      return await shown(group, { messenger: icon.source, kind: "photo", media: icon.media }, options);
    },
  };
}
