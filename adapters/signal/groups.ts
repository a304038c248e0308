/**
 * The groups of one account as they were told of last. Signal only says that a group has changed: what has is the
 * difference between then and now.
 */
import { ChatId, type Event, type MediaRef, NativeId, type Person } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import { Turns } from "../shared/turns.ts";
import { iconId } from "./media_ids.ts";
import type { Group } from "./requests.ts";
import { GroupRow, GroupsRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Groups that are kept in memory. */
const GROUPS_MAX = 1_000;

/** Whose names are known. */
export type NameOf = (aci: string) => Promise<string>;

/** What telling a change works with. */
export interface Telling {
  /** Our own ACI. */
  readonly me: string;
  readonly nameOf: NameOf;
  readonly now: number;
  /** Signal's count of the group's changes, where an event named it. */
  readonly revision?: number;
  /** Who changed it: they were in it then, even if they are not now. */
  readonly by?: string;
  /** SHA-256 of its picture now, `null` where it has none; absent: nobody looked. */
  readonly icon?: string | null;
}

/** A change, as events, and the row that says that they were told. */
export interface Told {
  readonly events: readonly Event[];
  readonly row: GroupRow;
}

/** The groups of one account. */
export class Groups {
  readonly #session: SessionStore;
  readonly #rows = new Map<ChatId, GroupRow | null>();
  /** Whoever changes a row after asking Signal does it alone. */
  readonly turns = new Turns();

  constructor(session: SessionStore) {
    this.#session = session;
  }

  /** Null: none that we made. */
  async row(chat: ChatId): Promise<GroupRow | null> {
    const known = this.#rows.get(chat);
    if (known !== undefined) return known;
    const row = await readRow(this.#session, ROW.group(chat), GroupRow);
    this.#remember(chat, row);
    return row;
  }

  /** All that we made and did not leave. */
  async all(): Promise<readonly ChatId[]> {
    return (await readRow(this.#session, ROW.groups, GroupsRow))?.chats ?? [];
  }

  /** A group that we made. `row.made` names the creation. Resolves when it is durable. */
  async add(chat: ChatId, row: GroupRow): Promise<void> {
    const chats = [...new Set([...await this.all(), chat])];
    await this.#session.set({
      [ROW.group(chat)]: rowBytes(row),
      [ROW.creation(row.made)]: rowBytes({ v: 1, chat, before: [] }),
      [ROW.groups]: rowBytes({ v: 1, chats }),
    });
    this.#remember(chat, row);
  }

  /** Keeps what was told. */
  async keep(chat: ChatId, row: GroupRow): Promise<void> {
    await this.#session.set({ [ROW.group(chat)]: rowBytes(row) });
    this.#remember(chat, row);
  }

  /** A group that is over. */
  async forget(chat: ChatId): Promise<void> {
    const row = await this.row(chat);
    const chats = (await this.all()).filter((one) => one !== chat);
    await this.#session.set({
      [ROW.group(chat)]: null,
      ...(row === null ? {} : { [ROW.creation(row.made)]: null }),
      [ROW.groups]: rowBytes({ v: 1, chats }),
    });
    this.#rows.delete(chat);
  }

  #remember(chat: ChatId, row: GroupRow | null): void {
    this.#rows.delete(chat);
    this.#rows.set(chat, row);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > GROUPS_MAX && oldest !== undefined) this.#rows.delete(oldest);
  }
}

/** What has changed between `row` and `group`. */
export async function changesOf(row: GroupRow, group: Group, telling: Telling): Promise<Told> {
  const { me, now, revision = row.revision, by } = telling;
  const chat = ChatId.parse(group.id);
  let { told } = row;
  const head = (): { id: string; chat: ChatId; at: number } => {
    told += 1;
    return { id: `${chat}:change:${told}`, chat, at: now };
  };
  if (!group.isMember) {
    if (row.members.length === 0) return { events: [], row };
    const gone: Event = { ...head(), type: "chat-gone", reason: "bridge.kicked" };
    return { events: [gone], row: { ...row, revision, told, members: [], admins: [] } };
  }
  const present = acisOf(group.members);
  const passing = by === undefined || by === me || present.includes(by) || row.members.includes(by)
    ? []
    : [by];
  // They are told of as gone with the next change.
  const members = [...present, ...passing];
  const admins = acisOf(group.admins);
  const events: Event[] = [];
  for (const aci of members.filter((one) => one !== me && !row.members.includes(one))) {
    const person = await personOf(aci, telling.nameOf, admins);
    events.push({ ...head(), type: "join", person });
  }
  for (const aci of row.members.filter((one) => one !== me && !members.includes(one))) {
    events.push({ ...head(), type: "leave", person: await personOf(aci, telling.nameOf, []) });
  }
  const author = by === undefined ? {} : { author: await personOf(by, telling.nameOf, admins) };
  const { icon = row.icon } = telling;
  const looks = lookOf(row, group, icon);
  events.push(...changed(row, looks, chat).map((change) => ({ ...head(), ...change, ...author })));
  const next = { ...row, ...looks, revision: Math.max(revision, row.revision), told };
  return { events, row: { ...next, members, admins } };
}

/** How the group looks now. */
type Look = Pick<GroupRow, "title" | "description" | "timer" | "icon">;

function lookOf(row: GroupRow, group: Group, icon: GroupRow["icon"]): Look {
  const title = group.name || row.title;
  return { title, description: group.description ?? "", timer: group.messageExpirationTime ?? 0, icon };
}

type Change =
  | { readonly type: "title"; readonly title: string }
  | { readonly type: "description"; readonly text: string }
  | { readonly type: "timer"; readonly seconds: number }
  | { readonly type: "icon"; readonly media: MediaRef | null };

/** A picture that nobody has looked at before is no news. */
function changed(row: GroupRow, { title, description, timer = 0, icon }: Look, chat: ChatId): Change[] {
  const media = icon ? iconRef(chat, icon) : null;
  return [
    ...(title === row.title ? [] : [{ type: "title" as const, title }]),
    ...(description === row.description ? [] : [{ type: "description" as const, text: description }]),
    ...(timer === (row.timer ?? 0) ? [] : [{ type: "timer" as const, seconds: timer }]),
    ...(icon === row.icon || row.icon === undefined ? [] : [{ type: "icon" as const, media }]),
  ];
}

function iconRef(chat: ChatId, sum: string): MediaRef {
  return { native: iconId({ chat, sum }), mime: "image/jpeg", bytes: null };
}

/** By which a picture is told from another. */
export async function sumOf(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
}

/** The row of a group that was just made. Whoever is in it already came meanwhile: they are told of as well. */
export function firstRow(
  { me, ...made }: Pick<GroupRow, "title" | "description" | "made" | "icon"> & { readonly me: string },
): GroupRow {
  return { v: 1, ...made, revision: -1, told: 0, timer: 0, members: [me], admins: [me] };
}

/** The ACIs of a list of people. */
export function acisOf(people: Group["members"] | null | undefined): string[] {
  return (people ?? []).flatMap(({ uuid }) => uuid ? [uuid] : []);
}

/** Somebody in a group. */
export async function personOf(aci: string, nameOf: NameOf, admins: readonly string[]): Promise<Person> {
  const name = await nameOf(aci);
  return { native: NativeId.parse(aci), name, ...(admins.includes(aci) ? { admin: true } : {}) };
}
