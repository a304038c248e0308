/** What clients ask the server for, and its answers. Questions about groups are answered in `group_iqs.ts`. */
import { Buffer } from "node:buffer";
import type { KeyBundle } from "./accounts.ts";
import { answerGroupIq, answerPictureIq } from "./group_iqs.ts";
import type { LinkedDevice, NumberedKey } from "./linked_device.ts";
import { MEDIA_HOST } from "./media.ts";
import {
  bigEndian,
  type BinaryNode,
  bytesIn,
  bytesOf,
  childOf,
  childrenOf,
  el,
  numberOf,
  seconds,
  userOf,
} from "./node.ts";
import { answerMex } from "./restriction.ts";
import type { Session } from "./session.ts";
import { answerUsync } from "./usync.ts";

/** One question. */
export interface Asked {
  readonly session: Session;
  readonly node: BinaryNode;
  /** Namespace and first word, as in `w:g2/create`. */
  readonly kind: string;
  /** The first word. */
  readonly words: BinaryNode | undefined;
}

/** An answer; `after` is done after it is sent. */
export type IqAnswer =
  | { readonly content: BinaryNode[]; readonly after?: () => void }
  | { readonly refused: number; readonly text: string };

/** Says that something went well and nothing more. */
export const DONE: IqAnswer = { content: [] };

type Handler = (asked: Asked) => IqAnswer;

const KEY_TYPE = Buffer.from([5]);

const HANDLERS: Readonly<Record<string, Handler>> = {
  "encrypt/count": onDevice((device) => one(el("count", { value: String(device.preKeysLeft) }))),
  "encrypt/registration": onDevice(takeKeys),
  "encrypt/rotate": onDevice((device, { words }) => {
    device.signedPreKey = signedKeyIn(childOf(words, "skey"));
    return DONE;
  }),
  "encrypt/digest": onDevice(digestOf),
  "encrypt/key": ({ session, words }) =>
    one(el("list", {}, childrenOf(words).map(({ attrs }) => bundleOf(session, attrs["jid"] ?? "")))),
  "usync/usync": ({ session, words }) => one(answerUsync(session.world, words)),
  "passive/active": ({ session }) => ({ content: [], after: () => session.wake() }),
  "passive/passive": () => DONE,
  "w:p/ping": () => DONE,
  "w:stats/add": () => DONE,
  "urn:xmpp:whatsapp:dirty/clean": () => DONE,
  "abt/props": () => one(el("props", { protocol: "1", hash: "fake", refresh: "86400" })),
  "blocklist": () => one(el("list", { dhash: "fake" })),
  "privacy/privacy": () => one(el("privacy", {}, privacySettings())),
  "privacy/tokens": () => one(el("tokens")),
  "w:sync:app:state/sync": ({ words }) =>
    one(
      el(
        "sync",
        {},
        childrenOf(words).map(({ attrs }) =>
          el("collection", { name: attrs["name"], version: attrs["version"] ?? "0" })
        ),
      ),
    ),
  "w:m/media_conn": () =>
    one(el("media_conn", { auth: "fake", ttl: "3600", auth_ttl: "3600", max_buckets: "12" }, [
      el("host", { hostname: MEDIA_HOST, maxContentLengthBytes: "104857600" }),
    ])),
  "w:mex/query": ({ session }) => one(answerMex(session.world)),
  "md/link_code_companion_reg": linkByCode,
  "md/remove-companion-device": ({ session, words }) => {
    const device = session.device;
    if (device === null || userOf(words?.attrs["jid"])?.user !== device.account.number) return DONE;
    return { content: [], after: () => void device.account.devices.delete(device.id) };
  },
};

/** Answers a question; one that nobody knows gets an empty answer. */
export function answerIq(session: Session, { node, kind }: Pick<Asked, "node" | "kind">): IqAnswer {
  const asked: Asked = { session, node, kind, words: childOf(node) };
  const handler = HANDLERS[kind];
  if (handler !== undefined) return handler(asked);
  if (kind === "w:profile:picture/picture" || kind === "w:profile:picture") return answerPictureIq(asked);
  const answer = kind.startsWith("w:g2/") ? answerGroupIq(asked) : null;
  if (answer !== null) return answer;
  session.world.unknown.push(kind);
  return DONE;
}

/** An answer of one word. */
export function one(node: BinaryNode): IqAnswer {
  return { content: [node] };
}

/** A question that only someone who logged in may ask. */
export function onDevice(answer: (device: LinkedDevice, asked: Asked) => IqAnswer): Handler {
  return (asked) => {
    const { device } = asked.session;
    return device === null ? { refused: 401, text: "not-authorized" } : answer(device, asked);
  };
}

function takeKeys(device: LinkedDevice, { node }: Asked): IqAnswer {
  device.registrationId = numberOf(node, "registration");
  device.signedPreKey = signedKeyIn(childOf(node, "skey"));
  device.addPreKeys(childrenOf(childOf(node, "list")).map(keyIn));
  return DONE;
}

function keyIn(node: BinaryNode | undefined): NumberedKey {
  return { id: numberOf(node, "id"), key: bytesOf(node, "value") };
}

function signedKeyIn(node: BinaryNode | undefined): LinkedDevice["signedPreKey"] {
  return { ...keyIn(node), signature: bytesOf(node, "signature") };
}

function digestOf(device: LinkedDevice): IqAnswer {
  return one(el("digest", {}, [
    el("registration", {}, bigEndian(device.registrationId, 4)),
    el("type", {}, KEY_TYPE),
    el("identity", {}, device.identity),
    signedKeyNode(device.signedPreKey),
    el("list", {}, device.preKeyIds.map((id) => el("id", {}, bigEndian(id, 3)))),
  ]));
}

function bundleOf({ world }: Session, jid: string): BinaryNode {
  const address = userOf(jid);
  const device = address === null ? undefined : world.accountOf(address.user)?.devices.get(address.device);
  if (device === undefined) {
    return el("user", { jid }, [el("error", { code: "404", text: "item-not-found" })]);
  }
  return el("user", { jid, t: seconds() }, bundleNodes(device.bundle()));
}

/** A device's keys as they are sent. */
export function bundleNodes({ registrationId, identity, signedPreKey, preKey }: KeyBundle): BinaryNode[] {
  return [
    el("registration", {}, bigEndian(registrationId, 4)),
    el("type", {}, KEY_TYPE),
    el("identity", {}, identity),
    ...(preKey === undefined ? [] : [el("key", {}, [
      el("id", {}, bigEndian(preKey.id, 3)),
      el("value", {}, preKey.key),
    ])]),
    signedKeyNode(signedPreKey),
  ];
}

function signedKeyNode({ id, key, signature }: KeyBundle["signedPreKey"]): BinaryNode {
  return el("skey", {}, [
    el("id", {}, bigEndian(id, 3)),
    el("value", {}, key),
    el("signature", {}, signature),
  ]);
}

function privacySettings(): BinaryNode[] {
  const everyone = ["last", "online", "profile", "status", "groupadd", "readreceipts", "calladd"];
  return everyone.map((name) => el("category", { name, value: "all" }));
}

function linkByCode({ session, words }: Asked): IqAnswer {
  if (session.pairing === null || words === undefined) return { refused: 400, text: "bad-request" };
  if (words.attrs["stage"] === "companion_hello") return one(session.pairing.takeHello(words));
  const { pairing } = session;
  return { content: [], after: () => pairing.takeFinish(words) };
}

/** What a question's words say. */
export function saidIn(node: BinaryNode | undefined): string {
  return bytesIn(node).toString();
}
