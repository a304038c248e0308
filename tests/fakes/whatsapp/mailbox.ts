/** What waits for one device: each stanza stays until the device confirms it, however often that one dies. */
import { type BinaryNode, childrenOf, el, userOf } from "./node.ts";

interface Letter {
  readonly node: BinaryNode;
  /** On the line that is open now. */
  sent: boolean;
  /** How often it went out. */
  tries: number;
}

/** How many confirmed stanzas can go out again. */
const REMEMBERED = 100;

/** The stanzas of one device, in order. */
export class Mailbox {
  #letters: Letter[] = [];
  readonly #confirmed: BinaryNode[] = [];
  #send: ((node: BinaryNode) => void) | null = null;
  #held = false;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** How many are not confirmed. */
  get size(): number {
    return this.#letters.length;
  }

  /** What is not confirmed, in order. */
  get waiting(): readonly BinaryNode[] {
    return this.#letters.map(({ node }) => node);
  }

  /** Keeps a stanza until it is confirmed. */
  push(node: BinaryNode): void {
    this.#letters.push({ node, sent: false, tries: 0 });
    this.#flush();
    this.#changed();
  }

  /** The device is there: everything old goes out marked as such, then how many that were. */
  open(send: (node: BinaryNode) => void): void {
    const old = this.#letters.length;
    if (old > 0 && !this.#held) send(preview(this.#letters.map(({ node }) => node)));
    for (const letter of this.#held ? [] : this.#letters) {
      letter.sent = true;
      letter.tries += 1;
      send({ ...letter.node, attrs: { ...letter.node.attrs, offline: String(letter.tries) } });
    }
    send(el("ib", { from: "s.whatsapp.net" }, [el("offline", { count: String(this.#held ? 0 : old) })]));
    this.#send = send;
    this.#flush();
  }

  /** The device is gone: whatever it did not confirm is to go out again. */
  close(): void {
    this.#send = null;
    for (const letter of this.#letters) letter.sent = false;
  }

  /** Keeps everything back until `release`. */
  hold(): void {
    this.#held = true;
  }

  /** Lets go what was kept back. */
  release(order: "kept" | "reversed" = "kept"): void {
    this.#held = false;
    if (order === "reversed") {
      const kept = this.#letters.filter(({ sent }) => !sent).toReversed();
      this.#letters = [...this.#letters.filter(({ sent }) => sent), ...kept];
    }
    this.#flush();
  }

  /** Takes a confirmation: an `ack`, or a `receipt` for a message. @returns what it was about. */
  confirm(node: BinaryNode): BinaryNode[] {
    const kind = node.tag === "ack" ? node.attrs["class"] : "message";
    const ids = [
      node.attrs["id"],
      ...childrenOf(node, "list").flatMap((list) => childrenOf(list).map(({ attrs }) => attrs["id"])),
    ];
    const found = ids.flatMap((id) => {
      const at = this.#letters.findIndex((letter) =>
        letter.sent && letter.node.tag === kind && letter.node.attrs["id"] === id && agree(letter.node, node)
      );
      return at < 0 ? [] : this.#letters.splice(at, 1).map((letter) => letter.node);
    });
    this.#confirmed.push(...found);
    this.#confirmed.splice(0, this.#confirmed.length - REMEMBERED);
    if (found.length > 0) this.#changed();
    return found;
  }

  /** Forgets that the last messages were confirmed, as if the confirmation had been lost: they go out again. */
  unconfirm(count: number): void {
    const messages = this.#confirmed.filter(({ tag }) => tag === "message").slice(-count);
    this.#letters.unshift(...messages.map((node) => ({ node, sent: false, tries: 1 })));
    this.#flush();
    this.#changed();
  }

  #flush(): void {
    if (this.#send === null || this.#held) return;
    for (const letter of this.#letters) {
      if (letter.sent) continue;
      letter.sent = true;
      letter.tries += 1;
      this.#send(letter.node);
    }
  }
}

/** Receipts of many people have one id: who and which kind tell them apart. */
function agree(sent: BinaryNode, said: BinaryNode): boolean {
  const [by, about] = [userOf(sent.attrs["participant"]), userOf(said.attrs["participant"])];
  if (by !== null && about !== null && by.user !== about.user) return false;
  if (sent.tag === "message") return true;
  return sent.attrs["type"] === said.attrs["type"] && (by === null) === (about === null);
}

function preview(nodes: readonly BinaryNode[]): BinaryNode {
  function count(tag: string): string {
    return String(nodes.filter((node) => node.tag === tag).length);
  }
  return el("ib", { from: "s.whatsapp.net" }, [
    el("offline_preview", {
      count: String(nodes.length),
      appdata: "0",
      message: count("message"),
      notification: count("notification"),
      receipt: count("receipt"),
      t: "0",
    }),
  ]);
}
