/** One line to one client: the handshake, who it is, and the stanzas in both directions. */
import { Buffer } from "node:buffer";
import { decodeBinaryNode, encodeBinaryNode, type proto } from "@whiskeysockets/baileys";
import { answerIq } from "./iqs.ts";
import { Line } from "./line.ts";
import type { LinkedDevice } from "./linked_device.ts";
import { type BinaryNode, childOf, el, freshId, seconds, SERVER } from "./node.ts";
import { type Greeting, ServerNoise } from "./noise.ts";
import { Pairing } from "./pairing.ts";
import { takeMessage, takeReceipt } from "./routing.ts";
import type { World } from "./world.ts";

const ROUTED = Buffer.from("ED");
const INTRO_LENGTH = 4;

/** One client on the line. */
export class Session {
  readonly world: World;
  /** Who logged in. */
  device: LinkedDevice | null = null;
  /** Who wants to be linked. */
  pairing: Pairing | null = null;
  /** Nothing comes in and nothing goes out, though the line is open. */
  mute = false;
  readonly #line: Line;
  readonly #noise: ServerNoise;
  readonly #asked = new Map<string, (answer: BinaryNode) => void>();
  #ready = false;
  #ended = false;

  constructor(world: World, connection: Deno.TcpConn) {
    this.world = world;
    this.#line = new Line(connection);
    this.#noise = new ServerNoise(world.identity);
  }

  /** Serves the client until the line ends. */
  async run(): Promise<void> {
    try {
      if (!await this.#line.accept()) return;
      this.world.stats.lines += 1;
      let step: "hello" | "finish" | "open" = "hello";
      for await (const frame of this.#frames()) {
        if (this.mute || this.#ended) continue;
        if (step === "hello") {
          this.#line.send(framed(this.#noise.hello(frame)));
          step = "finish";
        } else if (step === "finish") {
          this.#greet(this.#noise.finish(frame));
          step = "open";
        } else {
          this.#take(await decodeBinaryNode(this.#noise.open(frame)));
        }
      }
    } catch (error) {
      // A client that was killed in the middle of a word is none of our business; the rest is a bug of the fake.
      if (!this.#line.closed) this.world.bug(error);
    } finally {
      this.#gone();
    }
  }

  /** Sends a stanza. */
  send(node: BinaryNode): void {
    if (this.mute || this.#ended || this.#line.closed) return;
    this.#line.send(framed(this.#noise.seal(encodeBinaryNode(node))));
  }

  /** Asks the client. */
  ask(node: BinaryNode): Promise<BinaryNode> {
    const answer = Promise.withResolvers<BinaryNode>();
    const id = node.attrs["id"] ?? freshId();
    this.#asked.set(id, answer.resolve);
    this.send({ ...node, attrs: { ...node.attrs, id } });
    return answer.promise;
  }

  /** The device says that it is there: it gets what waited for it. */
  wake(): void {
    if (this.device === null || this.#ready) return;
    this.#ready = true;
    this.device.mailbox.open((node) => this.send(node));
    if (!this.device.greeted && this.world.options.history) {
      this.world.phoneOf(this.device.account)?.greet(this.device);
    }
    this.device.greeted = true;
    this.world.changes.notify();
  }

  /** Says why, and hangs up. */
  end(code: number | null, inside: BinaryNode[] = []): void {
    this.send(el("stream:error", { code: code === null ? undefined : String(code) }, inside));
    this.#hangUp();
  }

  /** Does not let the client in. */
  refuse(reason: number): void {
    this.world.stats.refusedLogins += 1;
    this.send(el("failure", { reason: String(reason), location: "fake" }));
    this.#hangUp();
  }

  /** Ends the line without a word. */
  cut(): void {
    this.#line.cut();
    this.#gone();
  }

  #hangUp(): void {
    this.#ended = true;
    this.#gone();
    this.#line.close().catch(() => {});
  }

  #gone(): void {
    if (this.device?.session === this) {
      this.device.session = null;
      this.device.mailbox.close();
    }
    if (this.pairing !== null) this.world.pairings.delete(this.pairing);
    this.world.sessions.delete(this);
    if (!this.#ended) this.#line.cut();
    this.world.changes.notify();
  }

  async *#frames(): AsyncGenerator<Buffer> {
    let bytes: Buffer = Buffer.alloc(0);
    let introduced = false;
    for await (const message of this.#line.messages()) {
      bytes = bytes.length === 0 ? message : Buffer.concat([bytes, message]);
      if (!introduced) {
        const routed = bytes.subarray(0, 2).equals(ROUTED);
        bytes = bytes.subarray(INTRO_LENGTH + (routed ? 7 + bytes.readUIntBE(4, 3) : 0));
        introduced = true;
      }
      while (bytes.length >= 3 && bytes.length >= 3 + bytes.readUIntBE(0, 3)) {
        const end = 3 + bytes.readUIntBE(0, 3);
        yield Buffer.from(bytes.subarray(3, end));
        bytes = bytes.subarray(end);
      }
    }
  }

  #greet({ staticKey, payload }: Greeting): void {
    const { refusal } = this.world;
    if (refusal !== null) return this.refuse(refusal);
    // A number without a device is what a client says that asked for a code and came back before it was entered.
    if (payload.username) return this.#logIn(staticKey, payload);
    const registration = Pairing.registrationOf(staticKey, payload.devicePairingData);
    if (registration === null) return this.refuse(400);
    this.pairing = new Pairing(this, registration);
    this.world.pairings.add(this.pairing);
    this.world.changes.notify();
    this.pairing.showRefs(this.world.options.refs);
  }

  #logIn(staticKey: Uint8Array, payload: proto.ClientPayload): void {
    const account = this.world.accountOf(String(payload.username));
    const device = payload.device ? this.world.linked(account, payload.device) : null;
    if (account === null || device === null || !Buffer.from(device.noiseKey).equals(staticKey)) {
      return this.refuse(401);
    }
    device.session?.end(null, [el("conflict", { type: "replaced" })]);
    this.device = device;
    device.session = this;
    this.world.stats.logins += 1;
    this.send(
      el("success", { t: seconds(), props: "27", location: "fake", lid: account.jid("lid", device.id) }),
    );
    const routing = el("edge_routing", {}, [el("routing_info", {}, Buffer.from([8, 2, 8, 5]))]);
    this.send(el("ib", { from: SERVER }, [routing]));
    this.world.changes.notify();
  }

  #take(node: BinaryNode): void {
    switch (node.tag) {
      case "iq":
        return this.#takeIq(node);
      case "message":
        return takeMessage(this, node);
      case "receipt":
        return takeReceipt(this, node);
      case "ack":
        this.device?.mailbox.confirm(node);
        return;
      // What people are doing right now, and what clients measure: nobody looks.
      case "presence":
      case "chatstate":
      case "ib":
        return;
      default:
        this.world.unknown.push(node.tag);
    }
  }

  #takeIq(node: BinaryNode): void {
    const type = node.attrs["type"];
    if (type === "result" || type === "error") {
      const id = node.attrs["id"] ?? "";
      this.#asked.get(id)?.(node);
      this.#asked.delete(id);
      return;
    }
    const words = childOf(node)?.tag ?? "";
    const kind = words === "" ? node.attrs["xmlns"] ?? "" : `${node.attrs["xmlns"]}/${words}`;
    this.world.stats.asked(kind);
    const fault = this.world.faults.take("iq", kind, () => JSON.stringify(node));
    if (fault?.kind === "cut" && fault.when === "before") return this.cut();
    if (fault?.kind === "refuse") {
      return this.send(errorOf(node, fault.error, fault.text ?? textOf(fault.error)));
    }
    const answer = answerIq(this, { node, kind });
    if (fault?.kind === "cut") return this.cut();
    if (fault?.kind !== "silence") {
      this.send(
        "refused" in answer ? errorOf(node, answer.refused, answer.text) : resultOf(node, answer.content),
      );
    }
    if (!("refused" in answer)) answer.after?.();
    this.world.changes.notify();
  }
}

const ERROR_TEXTS: Readonly<Record<number, string>> = {
  400: "bad-request",
  401: "not-authorized",
  403: "forbidden",
  404: "item-not-found",
  406: "not-acceptable",
  409: "conflict",
  410: "gone",
  419: "resource-limit",
  429: "rate-overlimit",
  500: "internal-server-error",
  503: "service-unavailable",
};

/** What the server calls an error. */
export function textOf(error: number): string {
  return ERROR_TEXTS[error] ?? "error";
}

function errorOf(asked: BinaryNode, code: number, text: string): BinaryNode {
  const attrs = { from: asked.attrs["to"] ?? SERVER, type: "error", id: asked.attrs["id"] };
  return el("iq", attrs, [el("error", { code: String(code), text })]);
}

function resultOf(asked: BinaryNode, content: BinaryNode[]): BinaryNode {
  const attrs = { from: asked.attrs["to"] ?? SERVER, type: "result", id: asked.attrs["id"] };
  return el("iq", attrs, content.length === 0 ? undefined : content);
}

function framed(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(3);
  size.writeUIntBE(bytes.length, 0, 3);
  return Buffer.concat([size, bytes]);
}
