/** Making a group in steps that a retry takes up where the last try ended. */
import type { GroupMetadata } from "@whiskeysockets/baileys";
import { ChatId } from "../../actors/model/mod.ts";
import type { CreatedGroup, GroupSpec, SessionStore } from "../../actors/ports/mod.ts";
import type { WhatsappConfig } from "./config.ts";
import { checkedTitle } from "./encode.ts";
import { asked, codeOf } from "./failures.ts";
import type { Groups } from "./groups.ts";
import { groupIcon } from "../shared/icon.ts";
import type { Socket } from "./line.ts";
import { setPicture } from "./pictures.ts";
import { GroupRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Our clock and WhatsApp's may differ by this much, ms. */
const CLOCKS_MS = 120_000;
/** What old servers took as a title, where they refuse a longer one with 406. */
const SHORT_TITLE = 25;
/** "Not like this": without members, or with this title. */
const UNACCEPTABLE = [400, 406];

/** What groups are made with. */
export interface CreationDeps {
  readonly socket: Socket;
  readonly session: SessionStore;
  readonly groups: Groups;
  readonly config: WhatsappConfig;
  /** Our own number, as WhatsApp writes it. */
  readonly me: string;
  readonly now: () => number;
}

/** A group with title, description, icon and invite link. @throws {DeliveryFailure} */
export async function createGroup(deps: CreationDeps, spec: GroupSpec): Promise<CreatedGroup> {
  const { socket } = deps;
  const chat = await madeGroup(deps, spec);
  // Neither is worth a group that nobody can join.
  await socket.groupUpdateDescription(chat, spec.description).catch(() => undefined);
  await setPicture(socket, chat, await groupIcon()).catch(() => undefined);
  const inviteUrl = await currentInvite(socket, chat);
  return { chat, inviteUrl };
}

/** The link by which people join now. @throws {DeliveryFailure} */
export async function currentInvite(socket: Socket, chat: ChatId): Promise<string | null> {
  return linkOf(await asked("read the invite link", socket.groupInviteCode(chat)));
}

/** Ends the link that there is; WhatsApp makes another. @throws {DeliveryFailure} */
export async function renewInvite(socket: Socket, chat: ChatId): Promise<string | null> {
  return linkOf(await asked("renew the invite link", socket.groupRevokeInvite(chat)));
}

function linkOf(code: string | undefined): string | null {
  return code ? `https://chat.whatsapp.com/${code}` : null;
}

async function madeGroup(deps: CreationDeps, spec: GroupSpec): Promise<ChatId> {
  const { opId } = spec;
  const title = checkedTitle(spec.title);
  const { session, now } = deps;
  const row = await readRow(session, ROW.group(opId), GroupRow);
  if (row !== null && row.chat !== null) return row.chat;
  const at = row?.at ?? now();
  if (row === null) await session.set({ [ROW.group(opId)]: rowBytes({ v: 1, at, chat: null }) });
  const found = row === null ? null : await halfMade(deps, title, at);
  const made = found ?? await make(deps, title);
  const chat = ChatId.parse(made.id);
  await session.set({
    [ROW.group(opId)]: rowBytes({ v: 1, at, chat }),
    [ROW.chat(chat)]: rowBytes({ v: 1, made: opId }),
  });
  return chat;
}

/** A try before this one may have made it without hearing of it: nobody else is in there yet. */
async function halfMade(
  { socket, groups, session }: CreationDeps,
  title: string,
  at: number,
): Promise<GroupMetadata | null> {
  const all = await asked("look for the group", groups.all(socket));
  for (const group of all) {
    const fits = group.subject === title || group.subject === shortened(title);
    if (!fits || (group.creation ?? 0) * 1000 < at - CLOCKS_MS || group.participants.length > 2) continue;
    const [taken] = await session.get([ROW.chat(group.id)]);
    if (!taken) return group;
  }
  return null;
}

/** Alone, then with our own number, then with the helper: not every server makes a group without members. */
async function make(deps: CreationDeps, title: string): Promise<GroupMetadata> {
  const { config, me } = deps;
  const helper = config.helper === undefined ? [] : [[`${config.helper}@s.whatsapp.net`]];
  const ways = [[], [me], ...helper];
  for (const [at, members] of ways.entries()) {
    try {
      return await makeWith(deps, title, members);
    } catch (error) {
      const last = at === ways.length - 1;
      if (last || !UNACCEPTABLE.includes(codeOf(error) ?? 0)) {
        return await asked("make the group", Promise.reject(error));
      }
    }
  }
  throw new Error("Cannot make a group as there must be a way to make it: there is none");
}

async function makeWith({ socket }: CreationDeps, title: string, members: string[]): Promise<GroupMetadata> {
  try {
    return await socket.groupCreate(title, members);
  } catch (error) {
    if (codeOf(error) !== 406 || shortened(title) === title) throw error;
    return await socket.groupCreate(shortened(title), members);
  }
}

function shortened(title: string): string {
  return [...title].slice(0, SHORT_TITLE).join("").trim();
}
