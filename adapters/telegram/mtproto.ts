/**
 * The user account over MTProto (mtcute). Loaded when it is first needed; each call about a group connects, does its
 * work and disconnects. One connection stays, for deletes: all other news come by the bot.
 */
import type { DeleteMessageUpdate, Long as LongNumber, TelegramClient, tl } from "@mtcute/node";
import { z } from "zod";
import { ChatId } from "../../actors/model/mod.ts";
import { type CallOptions, OutcomeUnknown, Rejected } from "../../actors/ports/mod.ts";
import { pause } from "../shared/reconnect.ts";
import type { TelegramUser } from "./config.ts";
import type { Gone, GroupMaker } from "./group_maker.ts";
import { uncertainCall, userFailureOf } from "./mtproto_failures.ts";

type Mtcute = typeof import("@mtcute/node");
type Channel = tl.RawInputPeerChannel;

/** Three calls take about a second; a line that says nothing for so long is dead. */
const LIMIT_MS = 30_000;
/** How often an account that only listens is asked whether it is still there. */
const LOOK_MS = 60_000;

/** A channel's address for this user: the id alone does not open it. */
const Handle = z.object({ channelId: z.number(), accessHash: z.string() });

/** The same as `BOT_RIGHTS`, in MTProto's words. */
const RIGHTS = {
  other: true,
  changeInfo: true,
  deleteMessages: true,
  banUsers: true,
  inviteUsers: true,
  pinMessages: true,
} as const;

/** Makes groups as `user`. */
export function mtprotoMaker(user: TelegramUser): GroupMaker {
  return {
    create: (spec, options) =>
      connected(user, { ...options, repeatable: false }, async (client) => {
        const group = await client.createSupergroup(spec);
        return { chat: ChatId.parse(String(group.id)), handle: handleOf(group.inputPeer) };
      }),
    promote: (handle, bot, options) =>
      connected(user, { ...options, repeatable: true }, async (client, mtcute) => {
        const group = peerOf(handle, mtcute.Long);
        // Without the third argument mtcute fails on it (0.30.3).
        await unless(client.addChatMembers(group, bot, {}), mtcute, ["USER_ALREADY_PARTICIPANT"]);
        await client.editAdminRights({ chatId: group, userId: bot, rights: RIGHTS });
      }),
    leave: (handle, options) =>
      connected(user, { ...options, repeatable: true }, async (client, mtcute) => {
        const left = client.leaveChat(peerOf(handle, mtcute.Long));
        await unless(left, mtcute, ["USER_NOT_PARTICIPANT", "CHANNEL_PRIVATE", "CHANNEL_INVALID"]);
      }),
    watch: ({ open, gone }, { signal }) => {
      const options = { signal, repeatable: true, updates: true };
      return connected(user, options, async (client, mtcute) => {
        client.onDeleteMessage.add((update) => goneOf(update).forEach(gone));
        await within(client.startUpdatesLoop(), options);
        open();
        while (!signal.aborted) {
          await pause(LOOK_MS, signal);
          // mtcute mends a line by itself; that the account is logged out it tells nobody.
          if (!signal.aborted) await alive(client, mtcute, options);
        }
      });
    },
  };
}

/** Other chats than supergroups are none of ours, and their updates do not say which chat is meant. */
export function goneOf(
  { channelId, messageIds }: Pick<DeleteMessageUpdate, "channelId" | "messageIds">,
): Gone[] {
  return channelId === null ? [] : [{ chat: ChatId.parse(String(channelId)), messages: messageIds }];
}

interface ConnectOptions extends CallOptions {
  readonly repeatable: boolean;
  /** The work listens to updates, and goes on for as long as it likes. */
  readonly updates?: boolean;
}

async function connected<T>(
  user: TelegramUser,
  options: ConnectOptions,
  work: (client: TelegramClient, mtcute: Mtcute) => Promise<T>,
): Promise<T> {
  const mtcute = await import("@mtcute/node");
  const client = clientOf(user, mtcute, { updates: options.updates === true });
  const opening = opened(client, user.session, mtcute);
  try {
    const first = { signal: options.signal, repeatable: true };
    await within(opening, first);
    // `connect` does not wait for the line. This does, so that what fails before the work was certainly not done.
    await alive(client, mtcute, first);
    const working = guarded(work(client, mtcute), mtcute, options);
    return await (options.updates === true ? working : within(working, options));
  } finally {
    // Not waited for: where the line is dead it takes its time, and nothing depends on it. Not before it is open:
    // mtcute (0.30.3) leaves the rejection of an interrupted `connect` to nobody, which would end the process.
    opening.catch(() => {}).then(() => client.destroy()).catch(() => {});
  }
}

function clientOf(
  user: TelegramUser,
  mtcute: Mtcute,
  { updates }: { readonly updates: boolean },
): TelegramClient {
  return new mtcute.TelegramClient({
    apiId: user.apiId,
    apiHash: user.apiHash,
    storage: new mtcute.MemoryStorage(),
    platform: quietPlatform(mtcute),
    disableUpdates: !updates,
    logLevel: 0,
    // The Lane waits, not the call: by default mtcute would sleep on a flood wait.
    network: { middlewares: mtcute.networkMiddlewares.basic({ floodWaiter: { maxWait: 0, maxRetries: 0 } }) },
  });
}

/** Resolves once the account has answered. */
async function alive(client: TelegramClient, mtcute: Mtcute, options: ConnectOptions): Promise<void> {
  await within(guarded(client.getMe(), mtcute, options), options);
}

/** mtcute listens to SIGTERM to save its storage and then sends it again: ours is in memory, and stopping is our own affair. */
function quietPlatform({ NodePlatform }: Mtcute): InstanceType<Mtcute["NodePlatform"]> {
  const platform = new NodePlatform();
  platform.beforeExit = () => () => {};
  return platform;
}

/** mtcute tries to connect for ever and hears of no signal: the Lane has to get its answer all the same. */
async function within<T>(work: Promise<T>, { signal, repeatable }: ConnectOptions): Promise<T> {
  const done = new AbortController();
  const late = pause(LIMIT_MS, AbortSignal.any([signal, done.signal])).then(() => {
    throw uncertainCall({ repeatable });
  });
  // Whichever ends second has nobody who listens.
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** `work` with mtcute's errors as ours. */
async function guarded<T>(work: Promise<T>, mtcute: Mtcute, options: ConnectOptions): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw userFailureOf(error, mtcute, options);
  }
}

/** Nothing has been asked for yet, so whatever fails here can be done again. */
async function opened(client: TelegramClient, session: string, mtcute: Mtcute): Promise<void> {
  try {
    await client.importSession(session, true);
  } catch {
    // The cause may quote the session.
    throw new Rejected(
      "Cannot read TELEGRAM_SESSION: log in again with deno task telegram-login",
      "forbidden",
    );
  }
  try {
    await client.connect();
  } catch (error) {
    throw userFailureOf(error, mtcute, { repeatable: true });
  }
}

/** Waits for `work`; errors that say that it was done already count as done. */
async function unless(work: Promise<unknown>, { tl }: Mtcute, done: readonly string[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!tl.RpcError.is(error) || !done.includes(error.text)) throw error;
  }
}

function handleOf(peer: tl.TypeInputPeer): string {
  if (peer._ !== "inputPeerChannel") {
    throw new OutcomeUnknown(`Cannot use the group as it must be a supergroup: it is ${peer._}`);
  }
  return JSON.stringify({ channelId: peer.channelId, accessHash: peer.accessHash.toString() });
}

function peerOf(handle: string, Long: typeof LongNumber): Channel {
  const { channelId, accessHash } = Handle.parse(JSON.parse(handle));
  return { _: "inputPeerChannel", channelId, accessHash: Long.fromString(accessHash) };
}
