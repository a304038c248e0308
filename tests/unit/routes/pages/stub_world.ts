/** A small world behind the pages: a relay, accounts and phones in memory. For tests of pages only. */
// deno-lint-ignore-file explicit-function-return-type -- the methods are typed by the interfaces that they fill
import { sealer } from "../../../../actors/observe/seal.ts";
import {
  type GroupId,
  groupIdOf,
  type GroupView,
  type LiveEvent,
  type MemberId,
  type MemberView,
  type MessageId,
  messageIdOf,
  type MessageView,
  Messenger,
  type WebAction,
} from "../../../../actors/model/mod.ts";
import { type Relay, RelayError } from "../../../../actors/ports/mod.ts";
import type { AppDeps } from "../../../../routes/deps.ts";
import { type FakeMedia, fakeMedia } from "../../../fakes/media.ts";
import { polled } from "../../../fakes/relay_actions.ts";
import { stubAuth } from "./stub_auth.ts";
import { stubPhones } from "./stub_phones.ts";

export interface WorldGroup {
  view: GroupView;
  code: string;
  ended: boolean;
  readonly members: MemberView[];
  readonly messages: MessageView[];
}

/** What happened, to those who listen. */
export interface World {
  readonly groups: Map<GroupId, WorldGroup>;
  readonly goneCodes: Set<string>;
  readonly guests: Map<string, { readonly group: GroupId; readonly member: MemberId }>;
  readonly listeners: Set<() => void>;
  readonly events: { readonly group: GroupId; readonly event: LiveEvent }[];
  readonly publicUrl: string;
  readonly media: FakeMedia;
  act(group: GroupId, action: WebAction): MessageId;
  join(group: GroupId, name: string, messenger: string): MemberId;
  next(): number;
}

const MESSENGERS = ["whatsapp", "signal", "telegram", "web"].map((one) => Messenger.parse(one));

/** Texts as the locale files have them. */
export function texts(): (locale: string, key: string, values?: Readonly<Record<string, string>>) => string {
  const files = new Map(["en", "de"].map((locale) => {
    const url = new URL(`../../../../static/locales/${locale}.json`, import.meta.url);
    return [locale, JSON.parse(Deno.readTextFileSync(url)) as Record<string, string>];
  }));
  return (locale, key, values = {}) => {
    const text = files.get(locale)?.[key];
    if (text === undefined) throw new Error(`Cannot find the text: there is no key ${key} in ${locale}`);
    return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? `{${name}}`);
  };
}

/** Everything that `pages` needs, and the world to look into. */
export function stubDeps(
  publicUrl: string,
  options: { readonly operator?: string } = {},
): { deps: AppDeps; world: World } {
  const world = createWorld(publicUrl);
  const text = texts();
  const none = (): void => {};
  const log = { debug: none, info: none, warn: none, error: none };
  const deps: AppDeps = {
    relay: stubRelay(world),
    auth: stubAuth(options.operator ?? null),
    host: {
      now: () => Date.now(),

      elapsed: () => performance.now(),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      random: () => Math.random(),
      ...sealer(new TextEncoder().encode("tests"), (count) => crypto.getRandomValues(new Uint8Array(count))),
      keyedHash: (value) => value.padEnd(16, "0").slice(0, 16),
      text,
      log,
      metrics: { count: none, gauge: none, observe: none, render: () => "" },
    },
    settings: {
      publicUrl,
      operatorEmail: options.operator ?? null,
      retentionDays: 30,
      role: "all",
      messengers: MESSENGERS,
      version: "0.0.0",
    },
    sandbox: stubPhones(world),
  };
  return { deps, world };
}

function createWorld(publicUrl: string): World {
  let seq = 1;
  const world: World = {
    groups: new Map(),
    goneCodes: new Set(),
    guests: new Map(),
    listeners: new Set(),
    events: [],
    publicUrl,
    media: fakeMedia((id, message) => {
      const found = world.groups.get(id)?.messages.find((one) => one.id === message);
      return found === undefined || found.deleted ? null : found.content;
    }),
    next: () => seq++,
    join(id, name, messenger) {
      const member = `m_${String(seq++).padStart(16, "0")}` as MemberId;
      groupIn(world, id).members.push({
        id: member,
        name,
        messenger: Messenger.parse(messenger),
        owner: false,
        admin: false,
        muted: false,
        joinedAt: Date.now(),
        consentedAt: null,
      });
      tell(world, id, { type: "reset", data: {} });
      return member;
    },
    act(id, action) {
      const message = applyAction(world, groupIn(world, id), action);
      tell(world, id, { type: "reset", data: {} });
      return message;
    },
  };
  return world;
}

function groupIn(world: World, id: GroupId): WorldGroup {
  const group = world.groups.get(id);
  if (group === undefined || group.ended) throw new RelayError("not-found", "Cannot find the group");
  return group;
}

type Untold = LiveEvent extends infer One ? One extends { seq: number } ? Omit<One, "seq"> : never : never;

function tell(world: World, group: GroupId, event: Untold): void {
  world.events.push({ group, event: { ...event, seq: world.next() } as LiveEvent });
  for (const listener of world.listeners) listener();
}

function applyAction(world: World, group: WorldGroup, action: WebAction): MessageId {
  const author = group.members.find((one) => one.id === action.member);
  if (author === undefined) throw new RelayError("forbidden", "Cannot act as there is no such member");
  if (action.type === "message") {
    const id = messageIdOf(world.next());
    const others = group.view.bridges.filter((one) => one.messenger !== author.messenger);
    group.messages.push({
      v: 1,
      id,
      at: Date.now(),
      author: { member: author.id, name: author.name, messenger: author.messenger },
      content: action.content,
      reactions: {},
      edited: false,
      deleted: false,
      delivery: Object.fromEntries(others.map((one) => [one.messenger, "delivered" as const])),
      ...(action.replyTo === undefined ? {} : { replyTo: action.replyTo }),
    });
    return id;
  }
  const at = group.messages.findIndex((one) => one.id === action.target);
  const message = group.messages[at];
  if (message === undefined) throw new RelayError("not-found", "Cannot find the message");
  if (action.type !== "reaction" && action.type !== "vote" && message.author.member !== action.member) {
    throw new RelayError("forbidden", "Cannot change what somebody else wrote");
  }
  group.messages[at] = changed(message, action);
  return message.id;
}

function changed(message: MessageView, action: Exclude<WebAction, { type: "message" }>): MessageView {
  switch (action.type) {
    case "edit":
      return { ...message, content: action.content, edited: true };
    case "delete":
      return { ...message, deleted: true };
    case "reaction":
      return { ...message, reactions: { ...message.reactions, [action.member]: action.emoji } };
    case "vote":
    case "close-poll":
      return polled(message, action);
  }
}

function stubRelay(world: World): Relay {
  const unused = (): never => {
    throw new Error("Cannot do this: the pages do not use it");
  };
  return {
    media: world.media,
    ask: {
      addAccount: unused,
      removeAccount: unused,
      linkAccount: unused,
      answerLink: unused,
      createGroup(request) {
        const id = groupIdOf(crypto.getRandomValues(new Uint8Array(16)));
        const code = `code${world.next()}`;
        const owner = `m_owner${String(world.next()).padStart(11, "0")}` as MemberId;
        const view: GroupView = {
          id,
          title: request.title,
          ownerId: request.owner.id,
          ownerMember: owner,
          inviteCode: code,
          locale: request.locale,
          mode: request.mode,
          createdAt: Date.now(),
          bridges: request.messengers.map((messenger) => ({
            messenger,
            status: "ready",
            inviteUrl: messenger === "web" ? null : `${world.publicUrl}/sandbox?join=${messenger}:${code}`,
          })),
        };
        const member = {
          id: owner,
          name: request.owner.name,
          messenger: Messenger.parse("web"),
          owner: true,
        };
        const rest = { admin: true, muted: false, joinedAt: Date.now(), consentedAt: null };
        world.groups.set(id, { view, code, ended: false, members: [{ ...member, ...rest }], messages: [] });
        return Promise.resolve(view);
      },
      renameGroup(id, title) {
        const group = groupIn(world, id);
        group.view = { ...group.view, title };
        tell(world, id, { type: "group", data: { title, ended: false } });
        return Promise.resolve(group.view);
      },
      endGroup(id) {
        const group = groupIn(world, id);
        group.ended = true;
        world.goneCodes.add(group.code);
        return Promise.resolve();
      },
      rotateInvite(id) {
        const group = groupIn(world, id);
        world.goneCodes.add(group.code);
        group.code = `code${world.next()}`;
        group.view = { ...group.view, inviteCode: group.code };
        return Promise.resolve(group.view);
      },
      joinGuest(code, guest) {
        const group = [...world.groups.values()].find((one) => one.code === code);
        if (group === undefined) throw new RelayError("not-found", "Cannot find the invite");
        const member = world.join(group.view.id, guest.name, "web");
        const token = crypto.randomUUID();
        world.guests.set(token, { group: group.view.id, member });
        return Promise.resolve({ memberId: member, token, group: group.view.id });
      },
      act: (id, action) => Promise.resolve().then(() => ({ messageId: world.act(id, action) })),
      addBridge: unused,
      removeBridge: unused,
      moderate: unused,
    },
    read: {
      group(id) {
        const group = world.groups.get(id);
        return Promise.resolve(group === undefined || group.ended ? null : group.view);
      },
      groupsOf(owner) {
        const all = [...world.groups.values()].filter((one) => !one.ended && one.view.ownerId === owner);
        return Promise.resolve(all.map((one) => one.view));
      },
      invite(code) {
        if (world.goneCodes.has(code)) return Promise.resolve({ state: "gone" });
        const group = [...world.groups.values()].find((one) => one.code === code);
        return Promise.resolve(group === undefined ? null : { state: "open", group: group.view });
      },
      members: (id) => Promise.resolve([...groupIn(world, id).members]),
      messages: (id, { before, limit }) => {
        const older = groupIn(world, id).messages.filter((one) => before === undefined || one.id < before);
        return Promise.resolve(older.slice(-limit));
      },
      guest: (token) => Promise.resolve(world.guests.get(token) ?? null),
      accounts: () => [],
      linking: () => null,
      deadLetters: () => Promise.resolve([]),
    },
    records: { insert: unused, get: unused, find: unused, all: unused, update: unused, remove: unused },
    async *watch(id, { signal }) {
      let at = world.events.length;
      while (!signal.aborted) {
        for (; at < world.events.length; at++) {
          const told = world.events[at];
          if (told?.group === id) yield told.event;
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            world.listeners.delete(wake);
            signal.removeEventListener("abort", wake);
            resolve();
          };
          world.listeners.add(wake);
          signal.addEventListener("abort", wake);
        });
      }
    },
    webhook: () => Promise.resolve(new Response(null, { status: 404 })),
    health: () => ({ ready: true, detail: { groups: world.groups.size }, accounts: [] }),
    stop: () => Promise.resolve(),
  };
}
