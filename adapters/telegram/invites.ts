/** The invite link of a chat. Each administrator has links of their own: only one that we made can be ended by us. */
import type { Api } from "grammy";
import type { ChatId } from "../../actors/model/mod.ts";
import { Rejected, type SessionStore } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import { ChatRow, readRow, ROW, rowBytes } from "./session_rows.ts";
import { callSignal } from "./signal.ts";

/** Shown to the group's administrators beside the link. */
const LINK_NAME = "Plenum";

/** What invites are made with. */
export interface InviteDeps {
  readonly api: Api;
  readonly session: SessionStore;
}

/** The current link, made if there is none yet. @throws {DeliveryFailure} */
export async function currentInvite(deps: InviteDeps, chat: ChatId, signal: AbortSignal): Promise<string> {
  const row = await readRow(deps.session, ROW.chat(chat), ChatRow);
  if (row?.invite) {
    // A link that we remember says nothing of whether we are still in the chat.
    await asked(deps.api.getChat(chat, callSignal(signal)), { repeatable: true });
    return row.invite;
  }
  return await makeInvite(deps, chat, signal);
}

/** Ends the link that there is and makes another. @throws {DeliveryFailure} */
export async function renewInvite(deps: InviteDeps, chat: ChatId, signal: AbortSignal): Promise<string> {
  const row = await readRow(deps.session, ROW.chat(chat), ChatRow);
  if (row?.invite) await revoke(deps, { chat, invite: row.invite }, signal);
  return await makeInvite(deps, chat, signal);
}

/** One that nobody heard of is harmless, so making it twice is too. */
async function makeInvite({ api, session }: InviteDeps, chat: ChatId, signal: AbortSignal): Promise<string> {
  const made = api.createChatInviteLink(chat, { name: LINK_NAME }, callSignal(signal));
  const { invite_link: invite } = await asked(made, { repeatable: true });
  const row = await readRow(session, ROW.chat(chat), ChatRow);
  await session.set({ [ROW.chat(chat)]: rowBytes({ ...row, v: 1, invite }) });
  return invite;
}

interface Link {
  readonly chat: ChatId;
  readonly invite: string;
}

async function revoke({ api }: InviteDeps, { chat, invite }: Link, signal: AbortSignal): Promise<void> {
  try {
    await asked(api.revokeChatInviteLink(chat, invite, callSignal(signal)), { repeatable: true });
  } catch (error) {
    // An administrator or an earlier try ended it: that is what was wanted. Missing rights are not.
    if (!(error instanceof Rejected) || error.reason === "forbidden") throw error;
  }
}
