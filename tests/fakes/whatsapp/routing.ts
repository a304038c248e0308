/** Where messages and receipts of linked devices go. */
import type { Account, Device } from "./accounts.ts";
import type { LinkedDevice } from "./linked_device.ts";
import { type Attrs, type BinaryNode, childOf, childrenOf, el, isGroup, seconds, userOf } from "./node.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

/** Takes a message, hands it on, and says so. */
export function takeMessage(session: Session, node: BinaryNode): void {
  const { world, device } = session;
  if (device === null) return session.refuse(401);
  const { id = "", to = "", type = "", participant, category } = node.attrs;
  if (category !== "peer") {
    world.stats.messages += 1;
    world.sent.push({ id, to, type, again: participant !== undefined, atMs: Date.now() });
  }
  const fault = category === "peer" ? null : world.faults.take("message", to);
  if (fault?.kind === "cut" && fault.when === "before") return session.cut();
  const error = fault?.kind === "refuse" ? fault.error : handOn(world, device, node);
  if (error !== null) world.stats.refused += 1;
  world.changes.notify();
  if (fault?.kind === "cut") return session.cut();
  if (fault?.kind === "silence") return;
  session.send(el("ack", {
    class: "message",
    id,
    from: to,
    participant,
    t: seconds(),
    error: error === null ? undefined : String(error),
  }));
}

/** Takes a receipt: it confirms a message, and may ask for it again. */
export function takeReceipt(session: Session, node: BinaryNode): void {
  const { world, device } = session;
  if (device === null) return;
  const { id, to = "", type, participant } = node.attrs;
  session.send(el("ack", { class: "receipt", id, from: to, participant, type, t: seconds() }));
  if (type !== "retry" && type !== "server-error") device.mailbox.confirm(node);
  if (type === "server-error") return void world.phoneOf(device.account)?.uploadAgain(device, node);
  if (type === "retry") world.stats.retriesAsked += 1;
  const author = userOf(participant ?? to);
  const account = author === null ? null : world.accountOf(author.user);
  const own = { id, type, t: seconds() };
  if (account === null) return;
  const attrs = isGroup(to)
    ? { ...own, from: to, participant: device.account.jid("lid", device.id) }
    : { ...own, from: device.account.jid("lid", device.id) };
  for (const other of account.devices.values()) {
    if (other !== device && (author?.device ?? 0) === other.id) {
      other.deliver(el("receipt", attrs, node.content));
    }
  }
}

/** @returns null, or the number under which it is refused. */
function handOn(world: World, from: LinkedDevice, node: BinaryNode): number | null {
  const { to = "", participant } = node.attrs;
  if (!isGroup(to)) return handToUser(world, from, node);
  const group = world.groups.get(to);
  if (group === undefined || !group.members.has(from.account)) return 403;
  if (group.announcement && !group.isAdmin(from.account)) return 403;
  const only = userOf(participant);
  const accounts = only === null ? [...group.members.keys()] : [world.accountOf(only.user)];
  const shown = from.account.shown(group.mode, from.id);
  const { pn, lid } = from.account.other(group.mode);
  const attrs = {
    ...kept(node),
    from: to,
    participant: shown,
    participant_pn: pn,
    participant_lid: lid,
    addressing_mode: group.mode,
    notify: from.account.name,
  };
  for (const account of accounts) {
    for (const device of account?.devices.values() ?? []) {
      if (device === from || (only !== null && only.device !== device.id)) continue;
      device.deliver(el("message", attrs, contentFor(world, device, node)));
    }
  }
  return null;
}

function handToUser(world: World, from: LinkedDevice, node: BinaryNode): number | null {
  const { to = "", category, recipient } = node.attrs;
  const target = world.accountOf(to);
  if (target === null) return 404;
  const mode = userOf(to)?.mode ?? "pn";
  const attrs = { ...kept(node), from: from.account.jid(mode, from.id), notify: from.account.name };
  const accounts = new Set<Account>(category === "peer" ? [target] : [target, from.account]);
  for (const account of accounts) {
    const toSelf = account === from.account && category !== "peer" ? { recipient: recipient ?? to } : {};
    for (const device of account.devices.values()) {
      if (device === from || (category === "peer" && device.id !== 0)) continue;
      device.deliver(el("message", { ...attrs, ...toSelf }, contentFor(world, device, node)));
    }
  }
  return null;
}

function kept({ attrs }: BinaryNode): Attrs {
  const { id, type, edit, category } = attrs;
  return { id, type, edit, category, t: seconds() };
}

/** What is for everyone, and what is for this device alone. */
function contentFor(world: World, device: Device, node: BinaryNode): BinaryNode[] {
  const own = childrenOf(childOf(node, "participants")).filter(({ attrs }) => {
    const address = userOf(attrs["jid"]);
    return address !== null && address.device === device.id &&
      world.accountOf(address.user) === device.account;
  });
  return [
    ...own.flatMap((to) => childrenOf(to)),
    ...childrenOf(node).filter(({ tag }) => tag === "enc" || tag === "device-identity" || tag === "meta"),
  ];
}
