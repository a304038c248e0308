/** A person with a phone at the fake. */
import type { FakeGroup, Handed, Shown, ShownFile, ShownPoll, Someone, World } from "./world.ts";

/** A message, by its author and time. */
export interface Meant {
  readonly author: string;
  readonly timestamp: number;
}

/** A sticker of a pack. */
export interface StickerSent {
  readonly packId: string;
  readonly stickerId: number;
  readonly body: Uint8Array | null;
}

/** What goes with a text. */
export interface Saying {
  readonly replyTo?: { readonly author: string; readonly timestamp: number };
  readonly styles?: readonly { readonly style: string; readonly start: number; readonly length: number }[];
  readonly mentions?: readonly { readonly uuid: string; readonly start: number; readonly length: number }[];
  /** As signal-cli hands them out. */
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly files?: readonly ShownFile[];
  readonly viewOnce?: boolean;
  /** Seconds; as the group has it where absent. */
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

  redescribe(groupId: string, description: string): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.description = description);
  }

  picture(groupId: string, avatar: Uint8Array): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.avatar = avatar);
  }

  timer(groupId: string, seconds: number): void {
    const group = this.#world.group(groupId);
    this.#change(group, () => group.timer = seconds);
  }

  /** @returns the message's time, ms since 1970 */
  say(groupId: string, text: string | null, saying: Saying = {}): number {
    const timestamp = this.#world.now();
    const { replyTo, styles = [], mentions = [], files = [], viewOnce = false, more = {} } = saying;
    const { expires = this.#world.group(groupId).timer } = saying;
    const attachments = [...saying.attachments ?? [], ...files.map((file) => this.#upload(file))];
    const quote = replyTo === undefined
      ? {}
      : { quote: { id: replyTo.timestamp, authorUuid: replyTo.author } };
    this.#world.show(groupId, { author: this.aci, timestamp }, {
      text: text ?? "",
      styles: styles.map(({ start, length, style }) => `${start}:${length}:${style}`),
      mentions: mentions.map(({ start, length, uuid }) => `${start}:${length}:${uuid}`),
      quote: replyTo ?? null,
      files,
    });
    this.#send(groupId, {
      timestamp,
      message: text,
      expiresInSeconds: expires,
      viewOnce,
      ...quote,
      ...(styles.length === 0 ? {} : { textStyles: styles }),
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...more,
    });
    return timestamp;
  }

  /** A file that signal-cli downloads before it hands the message out. */
  #upload({ mime, name, body }: ShownFile): Handed {
    const id = `${crypto.randomUUID()}.${mime.split("/")[1]}`;
    this.#world.files.set(id, body);
    return { contentType: mime, filename: name, id, size: body.length, width: null, height: null };
  }

  /** `body`: what is downloaded of the pack, if it is at all. */
  sticker(groupId: string, { packId, stickerId, body }: StickerSent): number {
    const timestamp = this.#world.now();
    if (body !== null) this.#world.stickers.set(`${packId}:${stickerId}`, body);
    const files = body === null ? [] : [{ mime: "image/webp", name: null, body }];
    this.#world.show(groupId, { author: this.aci, timestamp }, { files, sticker: true });
    this.#send(groupId, { timestamp, message: null, viewOnce: false, sticker: { packId, stickerId } });
    return timestamp;
  }

  contact(groupId: string, given: string, phone: string): number {
    const timestamp = this.#world.now();
    this.#world.show(groupId, { author: this.aci, timestamp }, { contact: { name: given, phone } });
    const names = { nickname: null, given, family: null, prefix: null, suffix: null, middle: null };
    const contacts = [{ name: names, phone: [{ value: phone, type: "MOBILE", label: null }] }];
    this.#send(groupId, { timestamp, message: null, viewOnce: false, contacts });
    return timestamp;
  }

  /** Older ones than 0.13.23 are told of nothing that has to do with polls. */
  poll(groupId: string, poll: Pick<ShownPoll, "question" | "options" | "multiple">): number {
    const timestamp = this.#world.now();
    const { question, options, multiple: allowMultiple } = poll;
    const shown = { ...poll, votes: new Map<string, number[]>(), closed: false };
    this.#world.show(groupId, { author: this.aci, timestamp }, { poll: shown });
    this.#newer("0.13.23", groupId, { timestamp, pollCreate: { question, allowMultiple, options } });
    return timestamp;
  }

  vote(groupId: string, meant: Meant, optionIndexes: readonly number[]): void {
    const poll = this.#world.find(groupId, meant.author, meant.timestamp)?.poll;
    poll?.votes.set(this.aci, optionIndexes);
    const pollVote = {
      author: meant.author,
      authorNumber: null,
      authorUuid: meant.author,
      targetSentTimestamp: meant.timestamp,
      optionIndexes,
      voteCount: 1,
    };
    this.#newer("0.13.23", groupId, { timestamp: this.#world.now(), pollVote });
  }

  endPoll(groupId: string, target: number): void {
    const poll = this.#world.find(groupId, this.aci, target)?.poll;
    if (poll !== undefined) poll.closed = true;
    const pollTerminate = { targetSentTimestamp: target };
    this.#newer("0.13.23", groupId, { timestamp: this.#world.now(), pollTerminate });
  }

  pin(groupId: string, meant: Meant, pinned = true): void {
    const shown = this.#world.find(groupId, meant.author, meant.timestamp);
    if (shown !== null) shown.pinned = pinned;
    const target = { targetAuthorUuid: meant.author, targetSentTimestamp: meant.timestamp };
    const pin = pinned ? { pinMessage: { ...target, pinDurationSeconds: 86_400 } } : { unpinMessage: target };
    this.#newer("0.14.0", groupId, { timestamp: this.#world.now(), ...pin });
  }

  #newer(since: string, groupId: string, data: Handed & { readonly timestamp: number }): void {
    if (this.#world.since(since)) this.#send(groupId, { message: null, viewOnce: false, ...data });
    else this.#world.notify();
  }

  edit(groupId: string, target: number, text: string, saying: Pick<Saying, "styles"> = {}): number {
    const timestamp = this.#world.now();
    const shown = this.#world.find(groupId, this.aci, target);
    const groupInfo = this.#groupInfo(groupId);
    const { styles = [] } = saying;
    // An edit is the whole message anew, its files among it.
    const attachments = (shown?.files ?? []).map((file) => this.#upload(file));
    const dataMessage = {
      timestamp,
      message: text,
      viewOnce: false,
      expiresInSeconds: 0,
      ...(styles.length === 0 ? {} : { textStyles: styles }),
      ...(attachments.length === 0 ? {} : { attachments }),
      groupInfo,
    };
    if (shown !== null) {
      shown.times.push(timestamp);
      const shownStyles = styles.map(({ start, length, style }) => `${start}:${length}:${style}`);
      Object.assign(shown, { text, styles: shownStyles, edited: true });
    }
    this.#hand(groupId, { timestamp, editMessage: { targetSentTimestamp: target, dataMessage } });
    return timestamp;
  }

  delete(groupId: string, target: number): void {
    const timestamp = this.#world.now();
    const shown = this.#world.find(groupId, this.aci, target);
    if (shown !== null) shown.deleted = true;
    this.#send(groupId, { timestamp, message: null, remoteDelete: { timestamp: target } });
  }

  react(groupId: string, meant: Meant, emoji: string): void {
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
