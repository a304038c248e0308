/** Making a group in steps that a retry takes up where the last try ended. */
import type { ChatId } from "../../actors/model/mod.ts";
import type { CallOptions, CreatedGroup, GroupSpec } from "../../actors/ports/mod.ts";
import { checkedTitle } from "./encode.ts";
import type { GroupMaker } from "./group_maker.ts";
import type { Identity } from "./identity.ts";
import { currentInvite, type InviteDeps } from "./invites.ts";
import { ChatRow, GroupRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** What groups are made with. */
export interface CreationDeps extends InviteDeps {
  readonly identity: Identity;
  readonly maker: GroupMaker;
}

/** Supergroup by the user account, bot as its administrator, invite link by the bot. @throws {DeliveryFailure} */
export async function createGroup(
  deps: CreationDeps,
  spec: GroupSpec,
  options: CallOptions,
): Promise<CreatedGroup> {
  const title = checkedTitle(spec.title);
  const { chat, handle } = await madeGroup(deps, { ...spec, title }, options);
  await deps.maker.promote(handle, await deps.identity.load(options.signal), options);
  // The user account's own link would open the group as well, but the bot could never end it.
  return { chat, inviteUrl: await currentInvite(deps, chat, options.signal) };
}

/** The user account's part of leaving, if it is in there. The rows go too: this chat is over. */
export async function abandonGroup(deps: CreationDeps, chat: ChatId, options: CallOptions): Promise<void> {
  const { session, maker } = deps;
  const made = (await readRow(session, ROW.chat(chat), ChatRow))?.made;
  const group = made === undefined ? null : await readRow(session, ROW.group(made), GroupRow);
  if (made === undefined || group === null) return;
  await maker.leave(group.handle, options);
  await session.set({ [ROW.group(made)]: null });
}

async function madeGroup(
  { session, maker }: CreationDeps,
  { opId, title, description }: GroupSpec,
  options: CallOptions,
): Promise<{ readonly chat: ChatId; readonly handle: string }> {
  const known = await readRow(session, ROW.group(opId), GroupRow);
  if (known !== null) return known;
  const { chat, handle } = await maker.create({ title, description }, options);
  await session.set({
    [ROW.group(opId)]: rowBytes({ v: 1, chat, handle }),
    [ROW.chat(chat)]: rowBytes({ v: 1, invite: null, made: opId }),
  });
  return { chat, handle };
}
