/** signal-cli's calls, as far as Plenum makes them. Answers have the shape of the recorded ones. */
import { fileOf } from "./data_uri.ts";
import type { FakeGroup, Shown, ShownParts, Someone, World } from "./world.ts";

/** What signal-cli says no with. */
export class Refusal extends Error {
  constructor(readonly code: number, message: string, readonly data: unknown = null) {
    super(message);
  }
}

type Params = Readonly<Record<string, unknown>>;

/** One linked account and the world around it. */
interface Calling {
  readonly world: World;
  readonly me: Someone;
  readonly params: Params;
}

type Call = (calling: Calling) => unknown;

/** Calls that need an account. */
export const CALLS: Readonly<Record<string, Call>> = {
  listContacts: ({ world, params }) =>
    list(params["recipient"]).flatMap((who) => {
      const one = [...world.someone.values()].find(({ aci, number }) => aci === who || number === who);
      // The address book of whoever owns the phone: its names are nobody else's business.
      const book = { name: `Book of ${who}`, givenName: "Book", familyName: null };
      return one
        ? [{ number: one.number, uuid: one.aci, ...book, profile: { givenName: one.name || null } }]
        : [];
    }),
  updateProfile: ({ me, params }) => {
    me.name = text(params["givenName"]) || me.name;
    return {};
  },
  listGroups: ({ world, me, params }) => {
    const wanted = params["groupId"] === undefined ? null : list(params["groupId"]);
    return [...world.groups.values()]
      .filter(({ id, members }) => wanted === null ? members.includes(me.aci) : wanted.includes(id))
      .map((group) => shownGroup(world, group, me));
  },
  updateGroup: ({ world, me, params }) => {
    const id = params["groupId"];
    const timestamp = world.now();
    const group = id === undefined
      ? world.newGroup(me.aci, text(params["name"]))
      : groupOf(world, me, text(id));
    if (id !== undefined) group.revision += 1;
    if (id !== undefined && params["name"] !== undefined) group.title = text(params["name"]);
    if (params["description"] !== undefined) group.description = text(params["description"]);
    if (params["avatar"] !== undefined) group.avatar = fileOf(text(params["avatar"])).body;
    if (typeof params["expiration"] === "number") group.timer = params["expiration"];
    const link = params["link"];
    if (link === "enabled" || link === "disabled" || link === "enabled-with-approval") group.link = link;
    if (params["resetLink"] === true) group.password = crypto.randomUUID();
    const added = list(params["member"]);
    group.members.push(...added);
    group.asking = group.asking.filter((aci) => !added.includes(aci));
    world.notify();
    return { ...(id === undefined ? { groupId: group.id } : {}), results: [], timestamp };
  },
  quitGroup: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const heirs = list(params["admin"]);
    const others = group.members.filter((aci) => aci !== me.aci);
    if (others.length > 0 && heirs.length === 0 && !group.admins.some((aci) => aci !== me.aci)) {
      throw new Refusal(-1, "You need to specify a new admin with --admin: User is last admin in group");
    }
    group.members = others;
    group.admins = [...group.admins.filter((aci) => aci !== me.aci), ...heirs];
    world.notify();
    return { timestamp: world.now(), results: [] };
  },
  send: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const timestamp = world.now();
    const parts = partsOf(params);
    if (!parts.text && parts.files?.length === 0) {
      throw new Refusal(-1, "Sending empty message is not allowed");
    }
    const edits = params["editTimestamp"];
    if (typeof edits === "number") change(world.find(group.id, me.aci, edits), timestamp, parts);
    else world.show(group.id, { author: me.aci, timestamp }, parts);
    world.notify();
    return sent(world, group, me, timestamp);
  },
  sendPollCreate: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const options = list(params["option"]);
    if (options.length < 2) throw new Refusal(-1, "Poll needs at least two options");
    if (options.length > 10) throw new Refusal(-1, "Poll cannot have more than 10 options");
    const timestamp = world.now();
    const question = text(params["question"]);
    const multiple = params["noMulti"] !== true;
    const poll = { question, options, multiple, votes: new Map<string, number[]>(), closed: false };
    world.show(group.id, { author: me.aci, timestamp }, { poll });
    world.notify();
    return sent(world, group, me, timestamp);
  },
  sendPollTerminate: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const poll = world.find(group.id, me.aci, Number(params["pollTimestamp"]))?.poll;
    if (poll !== undefined) poll.closed = true;
    world.notify();
    return sent(world, group, me, world.now());
  },
  sendReaction: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const shown = world.find(group.id, text(params["targetAuthor"]), Number(params["targetTimestamp"]));
    if (params["remove"] === true) shown?.reactions.delete(me.aci);
    else shown?.reactions.set(me.aci, text(params["emoji"]));
    world.notify();
    return sent(world, group, me, world.now());
  },
  remoteDelete: ({ world, me, params }) => {
    const group = groupOf(world, me, text(params["groupId"]));
    const shown = world.find(group.id, me.aci, Number(params["targetTimestamp"]));
    if (shown !== null) shown.deleted = true;
    world.notify();
    return sent(world, group, me, world.now());
  },
  getAttachment: ({ world, params }) => {
    const body = world.files.get(text(params["id"]));
    if (body === undefined) throw new Refusal(-1, `Could not find attachment with ID: ${text(params["id"])}`);
    return { data: body.toBase64() };
  },
  getSticker: ({ world, params }) => {
    const body = world.stickers.get(`${text(params["packId"])}:${Number(params["stickerId"])}`);
    if (body === undefined) throw new Refusal(-1, "Could not find sticker");
    return { data: body.toBase64() };
  },
  getAvatar: ({ world, me, params }) => {
    const { avatar } = groupOf(world, me, text(params["groupId"]));
    if (avatar === null) throw new Refusal(-1, "Could not find avatar");
    return { data: avatar.toBase64() };
  },
  trust: () => ({}),
  submitRateLimitChallenge: ({ params }) => {
    if (!text(params["captcha"]).includes("solved")) throw new Refusal(-6, "Captcha rejected");
    return {};
  },
  unregister: () => ({}),
};

/** What a call takes, so that a test sees what signal-cli would pass over without a word. */
export const KNOWN: Readonly<Record<string, readonly string[]>> = {
  listContacts: ["recipient", "allRecipients"],
  updateProfile: ["givenName", "avatar"],
  listGroups: ["groupId"],
  updateGroup: [
    ...["groupId", "name", "description", "avatar", "link", "resetLink", "member", "removeMember"],
    "expiration",
  ],
  quitGroup: ["groupId", "delete", "admin"],
  send: [
    ...["groupId", "message", "textStyle", "mention", "attachment", "editTimestamp"],
    ...["quoteTimestamp", "quoteAuthor", "quoteMessage"],
  ],
  sendReaction: ["groupId", "emoji", "targetAuthor", "targetTimestamp", "remove"],
  remoteDelete: ["groupId", "targetTimestamp"],
  sendPollCreate: ["groupId", "question", "option", "noMulti"],
  sendPollTerminate: ["groupId", "pollTimestamp"],
  getAttachment: ["id", "groupId"],
  getSticker: ["packId", "stickerId"],
  getAvatar: ["groupId"],
  trust: ["recipient", "trustAllKnownKeys"],
  submitRateLimitChallenge: ["challenge", "captcha"],
  finishLink: ["deviceLinkUri", "deviceName"],
  register: ["captcha", "voice"],
  verify: ["verificationCode", "pin"],
};

/** Since when signal-cli has them. */
export const SINCE: Readonly<Record<string, string>> = {
  sendPollCreate: "0.13.23",
  sendPollTerminate: "0.13.23",
  "send noUrgent": "0.14.0",
  "send voiceNote": "0.14.2",
};

/** Whether that signal-cli knows the parameter. */
export function isKnown(world: World, method: string, name: string): boolean {
  const since = SINCE[`${method} ${name}`];
  return since === undefined ? KNOWN[method]?.includes(name) === true : world.since(since);
}

function partsOf(params: Params): ShownParts {
  const { quoteAuthor: author, quoteTimestamp } = params;
  const quoted = typeof author === "string" && typeof quoteTimestamp === "number";
  return {
    text: text(params["message"]),
    styles: list(params["textStyle"]),
    mentions: list(params["mention"]),
    quote: quoted ? { author, timestamp: quoteTimestamp } : null,
    files: list(params["attachment"]).map(fileOf),
    voiceNote: params["voiceNote"] === true,
    quiet: params["noUrgent"] === true,
  };
}

/** An edit is the whole message anew. */
function change(shown: Shown | null, timestamp: number, parts: ShownParts): void {
  if (shown === null) return;
  const { text = "", styles = [], mentions = [], files = [] } = parts;
  shown.times.push(timestamp);
  Object.assign(shown, { text, styles, mentions, files, edited: true });
}

function sent(world: World, group: FakeGroup, me: Someone, timestamp: number): unknown {
  const results = group.members.filter((aci) => aci !== me.aci).map((uuid) => {
    const number = world.someone.get(uuid)?.number ?? null;
    return { recipientAddress: { uuid, number, username: null }, groupId: group.id, type: "SUCCESS" };
  });
  return { results, timestamp };
}

function groupOf(world: World, me: Someone, id: string): FakeGroup {
  const group = world.groups.get(id);
  if (group === undefined) throw new Refusal(-1, `Group not found: ${id}`);
  if (!group.members.includes(me.aci)) {
    throw new Refusal(-1, `User is not a group member: ${group.title} (${id})`);
  }
  return group;
}

function shownGroup(world: World, group: FakeGroup, me: Someone): unknown {
  const people = (acis: readonly string[]): unknown[] =>
    acis.map((uuid) => ({ number: world.someone.get(uuid)?.number ?? null, uuid }));
  return {
    id: group.id,
    name: group.title,
    description: group.description,
    isMember: group.members.includes(me.aci),
    isBlocked: false,
    messageExpirationTime: group.timer,
    members: people(group.members),
    pendingMembers: [],
    requestingMembers: people(group.asking),
    admins: people(group.admins),
    banned: [],
    permissionAddMember: "EVERY_MEMBER",
    groupInviteLink: world.linkOf(group),
  };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : typeof value === "string" ? [value] : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
