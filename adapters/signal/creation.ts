/** Making a group in steps that a retry takes up where the last try ended. */
import { ChatId } from "../../actors/model/mod.ts";
import {
  ChatGone,
  type CreatedGroup,
  type GroupSpec,
  OutcomeUnknown,
  RetryLater,
  type SessionStore,
} from "../../actors/ports/mod.ts";
import { groupIcon } from "../shared/icon.ts";
import { SIGNAL } from "./capabilities.ts";
import { checkedTitle } from "./encode.ts";
import { asked } from "./failures.ts";
import { firstRow, type Groups, sumOf } from "./groups.ts";
import type { Group } from "./requests.ts";
import type { Rpc } from "./rpc.ts";
import { CreationRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** A group of today has 32 bytes of id; the old kind, which has no link and no admins, has 16. */
const ID_BYTES = 32;
/** Until it is tried again to make a group that Signal would only make the old way, ms. */
const OLD_KIND_MS = 60_000;
/** Until a group of which nobody knows whether it was made is looked for, ms. */
const LOST_MS = 1_000;

/** What groups are made with. */
export interface CreationDeps {
  readonly rpc: Rpc;
  /** Our own ACI. */
  readonly me: string;
  readonly session: SessionStore;
  readonly groups: Groups;
}

/** A group with title, description, icon and invite link. @throws {DeliveryFailure} */
export async function createGroup(deps: CreationDeps, spec: GroupSpec): Promise<CreatedGroup> {
  try {
    return await created(deps, spec);
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    // What was made is found again.
    throw new RetryLater("Cannot tell whether the group was made: it is looked for", LOST_MS);
  }
}

async function created(deps: CreationDeps, spec: GroupSpec): Promise<CreatedGroup> {
  const { rpc } = deps;
  const chat = await madeGroup(deps, spec);
  let group = await look(rpc, chat);
  if (!group?.groupInviteLink) {
    await asked("turn on the invite link", rpc.call("updateGroup", { groupId: chat, link: "enabled" }));
    group = await look(rpc, chat);
  }
  if (!group?.groupInviteLink) {
    throw new RetryLater("Cannot make the group as it must have an invite link: it has none", OLD_KIND_MS);
  }
  return { chat, inviteUrl: group.groupInviteLink };
}

/** The link by which people join now. @throws {DeliveryFailure} */
export async function currentInvite(rpc: Rpc, chat: ChatId): Promise<string | null> {
  const group = await look(rpc, chat);
  if (group?.isMember !== true) {
    throw new ChatGone("Cannot read the invite link as we must be in the group", { reason: "bridge.kicked" });
  }
  return group.groupInviteLink ?? null;
}

/** Ends the link that there is and makes another. @throws {DeliveryFailure} */
export async function renewInvite(rpc: Rpc, chat: ChatId): Promise<string | null> {
  if (!isNewKind(chat)) return await currentInvite(rpc, chat);
  await asked("renew the invite link", rpc.call("updateGroup", { groupId: chat, resetLink: true }));
  return await currentInvite(rpc, chat);
}

/** The group as it is now, or null where we have none of that id. @throws {DeliveryFailure} */
export async function look(rpc: Rpc, chat: ChatId): Promise<Group | null> {
  if (!isNewKind(chat)) return null;
  const found = await asked("look at the group", rpc.call("listGroups", { groupId: [chat] }));
  return found.find(({ id }) => id === chat) ?? null;
}

async function madeGroup(deps: CreationDeps, spec: GroupSpec): Promise<ChatId> {
  const { rpc, me, session, groups } = deps;
  const { opId } = spec;
  const title = checkedTitle(spec.title);
  const key = ROW.creation(opId);
  const row = await readRow(session, key, CreationRow);
  if (row !== null && row.chat !== null) return row.chat;
  const titled = (await asked("look for the group", rpc.call("listGroups", {}))).filter(({ name }) =>
    name === title
  );
  const before = row?.before ?? titled.map(({ id }) => id);
  if (row === null) await session.set({ [key]: rowBytes({ v: 1, chat: null, before }) });
  // A try before this one may have made it without hearing of it.
  const taken = await groups.all();
  const found = row === null ? null : halfMade(titled, [...before, ...taken]);
  const description = spec.description.slice(0, SIGNAL.description?.maxUtf16);
  const chat = ChatId.parse(found ?? await make(deps, title, description));
  const icon = await sumOf(await groupIcon());
  await groups.add(chat, firstRow({ title, description, icon, made: opId, me }));
  return chat;
}

/** The group of that title that was not there when we began, with nobody in it but us. */
function halfMade(titled: readonly Group[], before: readonly string[]): string | null {
  const fits = ({ id, isMember, members }: Group): boolean =>
    isMember && members.length <= 1 && isNewKind(id) && !before.includes(id);
  return titled.find(fits)?.id ?? null;
}

async function make({ rpc }: CreationDeps, name: string, description: string): Promise<string> {
  const avatar = `data:image/jpeg;base64,${(await groupIcon()).toBase64()}`;
  const { groupId } = await asked(
    "make the group",
    rpc.call("updateGroup", {
      name,
      description,
      avatar,
      link: "enabled",
    }),
  );
  if (groupId && isNewKind(groupId)) return groupId;
  // Without a profile that Signal knows, signal-cli before 0.14 makes a group of the old kind and says it went well.
  if (groupId) await rpc.call("quitGroup", { groupId, delete: true }).catch(() => undefined);
  throw new RetryLater(
    "Cannot make the group as it must be of today's kind: it is not",
    OLD_KIND_MS,
    "chat",
    "signal.waiting-profile",
  );
}

function isNewKind(id: string): boolean {
  try {
    return Uint8Array.fromBase64(id).length === ID_BYTES;
  } catch {
    return false;
  }
}
