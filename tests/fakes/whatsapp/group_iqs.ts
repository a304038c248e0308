/** What linked devices ask about groups and want to be done with them. */
import type { Account } from "./accounts.ts";
import * as acts from "./group_acts.ts";
import { type Group, groupNode, invitedNode, participantNode } from "./groups.ts";
import { type Asked, DONE, type IqAnswer, one, saidIn } from "./iqs.ts";
import { type BinaryNode, bytesOf, childOf, childrenOf, el, freshId } from "./node.ts";
import { textOf } from "./session.ts";
import type { World } from "./world.ts";

interface GroupAsked {
  readonly world: World;
  readonly by: Account;
  readonly words: BinaryNode;
  /** What was asked for: to know, or to change. */
  readonly set: boolean;
  readonly to: string;
}

type Handler = (asked: GroupAsked) => IqAnswer;

const HANDLERS: Readonly<Record<string, Handler>> = {
  create: ({ world, by, words }) => {
    const members = childrenOf(words, "participant").map(({ attrs }) => accountAt(world, attrs["jid"]));
    return one(groupNode(acts.createGroup(world, by, { subject: words.attrs["subject"] ?? "", members })));
  },
  query: (asked) => one(groupNode(groupOf(asked))),
  participating: ({ world, by }) => {
    const groups = [...world.groups.values()].filter(({ members }) => members.has(by));
    return one(el("groups", {}, groups.map((group) => groupNode(group))));
  },
  invite: answerInvite,
  subject: change((act, { words }) => acts.setSubject(act, saidIn(words))),
  description: change((act, { words }) => {
    const { id = freshId(), prev, delete: gone } = words.attrs;
    acts.setDescription(act, { id, prev, text: gone === "true" ? null : bytesOf(words, "body").toString() });
  }),
  leave: ({ world, by, words }) => {
    const left = childrenOf(words, "group").map(({ attrs }) => attrs["id"] ?? "");
    for (const id of left) acts.leave({ world, by, group: acts.groupFor(world, id, by) });
    return one(el("leave", {}, left.map((id) => el("group", { id }))));
  },
  add: people((act, accounts) => acts.add(act, accounts)),
  remove: people((act, accounts) => acts.remove(act, accounts)),
  promote: people((act, accounts) => acts.setRole(act, accounts, "admin")),
  demote: people((act, accounts) => acts.setRole(act, accounts, "member")),
  ephemeral: change((act, { words }) => acts.setEphemeral(act, Number(words.attrs["expiration"]))),
  not_ephemeral: change((act) => acts.setEphemeral(act, 0)),
  announcement: change((act) => acts.setFlag(act, "announcement", true)),
  not_announcement: change((act) => acts.setFlag(act, "announcement", false)),
  locked: change((act) => acts.setFlag(act, "locked", true)),
  unlocked: change((act) => acts.setFlag(act, "locked", false)),
  member_add_mode: change((act, { words }) => {
    acts.setMemberAddMode(act, saidIn(words) === "admin_add" ? "admin_add" : "all_member_add");
  }),
  membership_approval_mode: change((act, { words }) => {
    acts.setApproval(act, childOf(words, "group_join")?.attrs["state"] === "on");
  }),
  membership_approval_requests: (asked) => {
    const group = groupOf(asked);
    return one(
      el(
        "membership_approval_requests",
        {},
        [...group.requests.values()].map(({ account, method, at }) =>
          el("membership_approval_request", {
            jid: account.shown(group.mode),
            phone_number: account.other(group.mode).pn,
            request_method: method,
            request_time: at,
          })
        ),
      ),
    );
  },
  membership_requests_action: (asked) => {
    const group = groupOf(asked);
    const action = childOf(asked.words);
    const accounts = childrenOf(action, "participant").map(({ attrs }) =>
      accountAt(asked.world, attrs["jid"])
    );
    const unknown = new Set(accounts.filter((account) => !group.requests.has(account)));
    acts.decide({ ...asked, group }, accounts, action?.tag === "approve");
    const said = accounts.map((account) =>
      participantNode(group, account, unknown.has(account) ? { error: "404" } : {})
    );
    return one(el("membership_requests_action", {}, [el(action?.tag ?? "approve", {}, said)]));
  },
};

/** Answers a question about groups, or null where nobody knows it. */
export function answerGroupIq({ session, node, words }: Asked): IqAnswer | null {
  const handler = words === undefined ? undefined : HANDLERS[words.tag];
  if (handler === undefined || words === undefined) return null;
  if (session.device === null) return { refused: 401, text: textOf(401) };
  const { world, device: { account: by } } = session;
  return answered(() =>
    handler({ world, by, words, set: node.attrs["type"] === "set", to: node.attrs["to"] ?? "" })
  );
}

/** Sets or shows the picture of a group. */
export function answerPictureIq({ session, node, words }: Asked): IqAnswer {
  const { world, device } = session;
  if (device === null) return { refused: 401, text: textOf(401) };
  return answered(() => {
    const target = node.attrs["target"] ?? "";
    if (node.attrs["type"] === "get") {
      const picture = (world.groups.get(target) ?? world.accountOf(target))?.picture ?? null;
      if (picture === null) throw new acts.Refusal(404, "there is no picture");
      // An @ in it would be written as an address of somebody.
      const path = `/v/${target.replace("@", "-")}/${picture.id}`;
      world.media.pictures.set(path, picture.bytes);
      return one(
        el("picture", {
          id: picture.id,
          type: "image",
          url: `https://pps.whatsapp.net${path}`,
        }),
      );
    }
    const group = acts.groupFor(world, target, device.account);
    const bytes = words === undefined ? null : new Uint8Array(saidBytes(words));
    const id = acts.setPicture({ world, group, by: device.account }, bytes);
    return id === null ? DONE : one(el("picture", { id }));
  });
}

function answered(answer: () => IqAnswer): IqAnswer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof acts.Refusal) return { refused: error.code, text: textOf(error.code) };
    throw error;
  }
}

function answerInvite(asked: GroupAsked): IqAnswer {
  const { world, by, words, set } = asked;
  const { code } = words.attrs;
  if (code !== undefined && !set) return one(invitedNode(acts.groupOfInvite(world, code)));
  if (code !== undefined) {
    const { group, joined } = acts.join(world, by, code);
    return one(el(joined ? "group" : "membership_approval_request", { jid: group.jid }));
  }
  const group = groupOf(asked);
  if (!group.isAdmin(by)) throw new acts.Refusal(401, "not an admin");
  if (set) acts.renewInvite({ world, by, group });
  return one(el("invite", { code: group.invite }));
}

function groupOf({ world, to, by }: GroupAsked): Group {
  return acts.groupFor(world, to, by);
}

function change(apply: (act: acts.Act, asked: GroupAsked) => void): Handler {
  return (asked) => {
    apply({ world: asked.world, by: asked.by, group: groupOf(asked) }, asked);
    return DONE;
  };
}

function people(apply: (act: acts.Act, accounts: readonly Account[]) => void): Handler {
  return (asked) => {
    const group = groupOf(asked);
    const accounts = childrenOf(asked.words, "participant").map(({ attrs }) =>
      accountAt(asked.world, attrs["jid"])
    );
    apply({ world: asked.world, by: asked.by, group }, accounts);
    const refused = asked.words.tag === "add"
      ? accounts.filter((account) => !group.members.has(account))
      : [];
    return one(
      el(
        asked.words.tag,
        {},
        accounts.map((account) =>
          participantNode(group, account, refused.includes(account) ? { error: "403" } : {})
        ),
      ),
    );
  };
}

function accountAt(world: World, jid: string | undefined): Account {
  const account = world.accountOf(jid ?? "");
  if (account === null) throw new acts.Refusal(404, "nobody has this address");
  return account;
}

function saidBytes(node: BinaryNode): Uint8Array {
  return typeof node.content === "string" || Array.isArray(node.content) || node.content === undefined
    ? new Uint8Array()
    : node.content;
}
