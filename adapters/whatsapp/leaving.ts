/** Leaving a group for good, with all that is kept about it. */
import type { ChatId, Receipt } from "../../actors/model/mod.ts";
import { ChatGone, type SessionStore } from "../../actors/ports/mod.ts";
import { AUTH_PREFIX } from "./auth_state.ts";
import type { Authors } from "./authors.ts";
import { refusedQuery } from "./failures.ts";
import type { Groups } from "./groups.ts";
import type { Line } from "./line.ts";
import type { Polls } from "./polls.ts";
import type { Sent } from "./sent.ts";
import { ChatRow, readRow, ROW } from "./session_rows.ts";

/** What leaving works with. */
export interface LeavingDeps {
  readonly line: Line;
  readonly groups: Groups;
  readonly authors: Authors;
  readonly polls: Polls;
  readonly sent: Sent;
  readonly session: SessionStore;
  readonly now: () => number;
}

/** Being out already is what a retry finds. @throws {DeliveryFailure} */
export async function leave(deps: LeavingDeps, chat: ChatId): Promise<Receipt> {
  const { line, groups, authors, polls, sent, session, now } = deps;
  try {
    // The link would go on letting people into a group that leads nowhere.
    await line.socket.groupRevokeInvite(chat).catch(() => undefined);
    await line.socket.groupLeave(chat);
  } catch (error) {
    const failure = refusedQuery("leave the group", error);
    if (!(failure instanceof ChatGone)) throw failure;
  }
  groups.forget(chat);
  const made = (await readRow(session, ROW.chat(chat), ChatRow))?.made;
  await authors.forget(chat);
  await polls.forget(chat);
  // Nobody will ever write with these keys again.
  await line.auth.keys.set({ "sender-key-memory": { [chat]: null } });
  await session.clear(`${AUTH_PREFIX}sender-key:${chat}::`);
  await sent.forget(chat);
  await session.set({ [ROW.chat(chat)]: null, ...(made === undefined ? {} : { [ROW.group(made)]: null }) });
  return { ids: [], at: now() };
}
