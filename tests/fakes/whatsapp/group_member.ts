/** What a person does with groups on a phone. */
import type { Account } from "./accounts.ts";
import * as acts from "./group_acts.ts";
import type { Group } from "./groups.ts";
import { freshId } from "./node.ts";
import type { World } from "./world.ts";

/** A person, as groups know them. */
export class GroupMember {
  readonly account: Account;
  readonly #world: World;

  constructor(world: World, account: Account) {
    this.#world = world;
    this.account = account;
  }

  /** The person's address as it is written in a chat. */
  addressIn(chat: string): string {
    return this.account.shown(this.#world.groups.get(chat)?.mode ?? "pn");
  }

  /** Makes a group. @returns its address. */
  createGroup(subject: string, members: readonly GroupMember[] = []): string {
    const accounts = members.map(({ account }) => account);
    return acts.createGroup(this.#world, this.account, { subject, members: accounts }).jid;
  }

  /** Follows an invitation. @returns the group's address. @throws {acts.Refusal} where it leads nowhere. */
  join(invite: string): string {
    return acts.join(this.#world, this.account, codeOf(invite)).group.jid;
  }

  /** Takes back the wish to be let in. */
  withdraw(chat: string): void {
    const group = this.#world.groups.get(chat);
    if (group !== undefined) acts.withdraw({ world: this.#world, by: this.account, group });
  }

  leave(chat: string): void {
    acts.leave(this.#act(chat));
  }

  add(chat: string, ...people: readonly GroupMember[]): void {
    acts.add(this.#act(chat), people.map(({ account }) => account));
  }

  /** Sends people away; linked devices go with their phone. */
  remove(chat: string, ...people: readonly GroupMember[]): void {
    acts.remove(this.#act(chat), people.map(({ account }) => account));
  }

  promote(chat: string, ...people: readonly GroupMember[]): void {
    acts.setRole(this.#act(chat), people.map(({ account }) => account), "admin");
  }

  demote(chat: string, ...people: readonly GroupMember[]): void {
    acts.setRole(this.#act(chat), people.map(({ account }) => account), "member");
  }

  setTitle(chat: string, title: string): void {
    acts.setSubject(this.#act(chat), title);
  }

  setDescription(chat: string, text: string | null): void {
    const act = this.#act(chat);
    acts.setDescription(act, { id: freshId(), prev: act.group.description?.id, text });
  }

  setPicture(chat: string, bytes: Uint8Array | null): void {
    acts.setPicture(this.#act(chat), bytes);
  }

  setDisappearing(chat: string, seconds: number): void {
    acts.setEphemeral(this.#act(chat), seconds);
  }

  setFlag(chat: string, flag: "announcement" | "locked", on: boolean): void {
    acts.setFlag(this.#act(chat), flag, on);
  }

  setApproval(chat: string, on: boolean): void {
    acts.setApproval(this.#act(chat), on);
  }

  /** Lets someone in, or not, who asked. */
  decide(chat: string, person: GroupMember, approved: boolean): void {
    acts.decide(this.#act(chat), [person.account], approved);
  }

  /** The group's invitation. */
  inviteOf(chat: string): string {
    return `https://chat.whatsapp.com/${this.group(chat).invite}`;
  }

  renewInvite(chat: string): void {
    acts.renewInvite(this.#act(chat));
  }

  /** The group as it is. @throws {acts.Refusal} where the person is not in it. */
  group(chat: string): Group {
    return acts.groupFor(this.#world, chat, this.account);
  }

  /** Whether others can bring the person into groups. */
  setAddable(addable: boolean): void {
    this.account.addable = addable;
  }

  #act(chat: string): acts.Act {
    return { world: this.#world, by: this.account, group: this.group(chat) };
  }
}

/** The code of an invitation, with or without the address before it. */
function codeOf(invite: string): string {
  return invite.slice(invite.lastIndexOf("/") + 1).split("?")[0] ?? "";
}
