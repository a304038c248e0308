/**
 * What is known of our groups: members, who is an admin, how long messages stay. Always from memory where it can be:
 * whoever asks WhatsApp at every send is blocked.
 */
import type { BaileysEventMap, GroupMetadata } from "@whiskeysockets/baileys";
import type { Socket } from "./line.ts";

/** Groups that are kept in memory. */
const GROUPS_MAX = 2_000;

type Questions = Pick<Socket, "groupMetadata" | "groupFetchAllParticipating">;
type ParticipantsUpdate = BaileysEventMap["group-participants.update"];

/** The groups of one account. */
export class Groups {
  readonly #known = new Map<string, GroupMetadata>();
  readonly #asking = new Map<string, Promise<GroupMetadata>>();
  #all: Promise<void> | null = null;

  /** From memory; the first question asks for all groups at once. @throws what WhatsApp refused */
  async metadata(socket: Questions, jid: string): Promise<GroupMetadata> {
    if (!this.#known.has(jid)) await this.#loadAll(socket);
    return this.#known.get(jid) ?? await this.refresh(socket, jid);
  }

  /** Asks WhatsApp. @throws what WhatsApp refused */
  refresh(socket: Questions, jid: string): Promise<GroupMetadata> {
    const asking = this.#asking.get(jid) ?? this.#ask(socket, jid).finally(() => this.#asking.delete(jid));
    this.#asking.set(jid, asking);
    return asking;
  }

  /** All groups that we are in. @throws what WhatsApp refused */
  async all(socket: Questions): Promise<readonly GroupMetadata[]> {
    const groups = Object.values(await socket.groupFetchAllParticipating());
    for (const group of groups) this.keep(group);
    return groups;
  }

  keep(group: GroupMetadata): void {
    this.#known.delete(group.id);
    this.#known.set(group.id, group);
    const [oldest] = this.#known.keys();
    if (this.#known.size > GROUPS_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  forget(jid: string): void {
    this.#known.delete(jid);
  }

  /** Members came, went, or became admins. */
  changed({ id, participants, action }: ParticipantsUpdate): void {
    const group = this.#known.get(id);
    if (group === undefined) return;
    const changed = new Set(participants.flatMap((one) => [one.id, one.lid, one.phoneNumber].filter(isJid)));
    const others = group.participants.filter((one) => !isAmong(one, changed));
    switch (action) {
      case "add":
        return this.keep({ ...group, participants: [...others, ...participants] });
      case "remove":
        return this.keep({ ...group, participants: others });
      case "promote":
      case "demote": {
        const admin = action === "promote" ? "admin" as const : null;
        const members = group.participants.map((one) => isAmong(one, changed) ? { ...one, admin } : one);
        return this.keep({ ...group, participants: members });
      }
      default:
        this.forget(id);
    }
  }

  /** Whether `jids`, the names of one person, are those of an admin. */
  isAdmin(chat: string, jids: readonly string[]): boolean {
    const named = new Set(jids);
    return this.#known.get(chat)?.participants.some((one) => Boolean(one.admin) && isAmong(one, named)) ??
      false;
  }

  async #ask(socket: Questions, jid: string): Promise<GroupMetadata> {
    const group = await socket.groupMetadata(jid);
    this.keep(group);
    return group;
  }

  /** Once a run. Where it fails each group is asked for by itself. */
  #loadAll(socket: Questions): Promise<void> {
    return this.#all ??= this.all(socket).then(() => undefined, () => undefined);
  }
}

type Participant = GroupMetadata["participants"][number];

function isAmong({ id, lid, phoneNumber }: Participant, jids: ReadonlySet<string>): boolean {
  return [id, lid, phoneNumber].some((jid) => jid !== undefined && jids.has(jid));
}

function isJid(jid: string | undefined): jid is string {
  return jid !== undefined;
}
