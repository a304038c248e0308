/** A person with a phone at the fake. */
import type { FakeGroup, Handed, Shown, Someone, World } from "./world.ts";

/** What goes with a text. */
export interface Saying {
  readonly replyTo?: { readonly author: string; readonly timestamp: number };
  readonly styles?: readonly { readonly style: string; readonly start: number; readonly length: number }[];
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly viewOnce?: boolean;
  readonly expires?: number;
  /** Any other fields of a message. */
  readonly more?: Handed;
}

/** One person. What they do is handed to whoever is linked, whether or not they are connected. */
export class Person {
  readonly #world: World;
  readonly #me: Someone;

  constructor(world: World, me: Someone) {
    this.#world = world;
    this.#me = me;
  }

  get aci(): string {
    return this.#me.aci;
  }

  get number(): string {
    return this.#me.number;
  }

  /** Opens an invite link. @returns the group's id */
  join(link: string): string {
    const group = [...this.#world.groups.values()].find((one) => this.#world.linkOf(one) === link);
    if (group === undefined) throw new Error("Cannot join as the link must be one that works");
    if (group.link === "enabled-with-approval") group.asking.push(this.aci);
    else this.#change(group, () => group.members.push(this.aci));
    return group.id;
  }

  leave(groupId: string): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.members = group.members.filter((aci) => aci !== this.aci));
  }

  /** Puts somebody out. */
  remove(groupId: string, aci: string): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.members = group.members.filter((one) => one !== aci), [aci]);
  }

  retitle(groupId: string, title: string): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.title = title);
  }

  /** @returns the message's time, ms since 1970 */
  say(groupId: string, text: string | null, saying: Saying = {}): number {
    const timestamp = this.#world.now();
    const { replyTo, styles, attachments, viewOnce = false, expires = 0, more = {} } = saying;
    const quote = replyTo === undefined
      ? {}
      : { quote: { id: replyTo.timestamp, authorUuid: replyTo.author } };
    this.#show(groupId, { timestamp, text: text ?? "", quote: replyTo ?? null });
    this.#send(groupId, {
      timestamp,
      message: text,
      expiresInSeconds: expires,
      viewOnce,
      ...quote,
      ...(styles === undefined ? {} : { textStyles: styles }),
      ...(attachments === undefined ? {} : { attachments }),
      ...more,
    });
    return timestamp;
  }

  edit(groupId: string, target: number, text: string): number {
    const timestamp = this.#world.now();
    const shown = this.#world.find(groupId, this.aci, target);
    shown?.times.push(timestamp);
    const groupInfo = this.#groupInfo(groupId);
    const dataMessage = { timestamp, message: text, viewOnce: false, expiresInSeconds: 0, groupInfo };
    this.#hand(groupId, { timestamp, editMessage: { targetSentTimestamp: target, dataMessage } });
    return timestamp;
  }

  delete(groupId: string, target: number): void {
    const timestamp = this.#world.now();
    this.#send(groupId, { timestamp, message: null, remoteDelete: { timestamp: target } });
  }

  react(groupId: string, meant: { author: string; timestamp: number }, emoji: string): void {
    const shown = this.#world.find(groupId, meant.author, meant.timestamp);
    const before = shown?.reactions.get(this.aci);
    if (emoji === "") shown?.reactions.delete(this.aci);
    else shown?.reactions.set(this.aci, emoji);
    const reaction = {
      emoji: emoji === "" ? before ?? "👍" : emoji,
      targetAuthorUuid: meant.author,
      targetSentTimestamp: meant.timestamp,
      isRemove: emoji === "",
    };
    this.#send(groupId, { timestamp: this.#world.now(), message: null, reaction });
  }

  /** Something that signal-cli cannot read. */
  garble(groupId: string, type: string, timestamp = this.#world.now()): void {
    for (const aci of this.#world.group(groupId).members) {
      const exception = { type, message: "it is of no use" };
      if (aci !== this.aci) this.#world.queue(aci, this.#envelope(timestamp), { exception });
    }
  }

  /** What the group's messages are on this phone. */
  view(groupId: string): readonly Shown[] {
    return this.#world.shown.get(groupId) ?? [];
  }

  #show(
    groupId: string,
    { timestamp, text, quote }: { timestamp: number; text: string; quote: Shown["quote"] },
  ): void {
    const shown = {
      styles: [],
      reactions: new Map<string, string>(),
      attachments: 0,
      edited: false,
      deleted: false,
    };
    this.#world.shown.get(groupId)?.push({ ...shown, author: this.aci, times: [timestamp], text, quote });
  }

  /** `also` hear of it, although they are no members any more. */
  #change(group: FakeGroup, change: () => unknown, also: readonly string[] = []): void {
    change();
    group.revision += 1;
    const timestamp = this.#world.now();
    const groupInfo = { ...this.#groupInfo(group.id), type: "UPDATE" };
    const envelope = { ...this.#envelope(timestamp), dataMessage: { timestamp, message: null, groupInfo } };
    this.#world.tell(group, this.aci, envelope);
    for (const aci of also) this.#world.queue(aci, envelope);
  }

  #send(groupId: string, data: Handed & { readonly timestamp: number }): void {
    this.#hand(groupId, {
      timestamp: data.timestamp,
      dataMessage: { ...data, groupInfo: this.#groupInfo(groupId) },
    });
  }

  #hand(groupId: string, body: Handed & { readonly timestamp: number }): void {
    this.#world.tell(this.#world.group(groupId), this.aci, { ...this.#envelope(body.timestamp), ...body });
  }

  #groupInfo(groupId: string): Handed {
    const { title, revision } = this.#world.group(groupId);
    return { groupId, groupName: title, revision, type: "DELIVER" };
  }

  #envelope(timestamp: number): Handed {
    const { aci, number, name } = this.#me;
    const source = {
      source: number,
      sourceNumber: number,
      sourceUuid: aci,
      sourceName: name,
      sourceDevice: 1,
    };
    return { ...source, timestamp, serverReceivedTimestamp: timestamp, serverDeliveredTimestamp: 0 };
  }
}
