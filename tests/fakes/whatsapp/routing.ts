/** Where messages and receipts of linked devices go. */
import { type BinaryNode, el, seconds } from "./node.ts";
import type { Session } from "./session.ts";

/** Takes a message. */
export function takeMessage(session: Session, node: BinaryNode): void {
  session.send(el("ack", { class: "message", id: node.attrs["id"], from: node.attrs["to"], t: seconds() }));
}

/** Takes a receipt. */
export function takeReceipt(session: Session, node: BinaryNode): void {
  session.device?.mailbox.confirm(node);
}
