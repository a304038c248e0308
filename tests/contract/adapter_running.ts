/** Opens an adapter for one test, runs it, and takes everything down again. */
import assert from "node:assert/strict";
import { type MediaRef, NativeId, type NativeOp, OpId, plain, type Receipt } from "../../actors/model/mod.ts";
import type { Opened, Subject } from "./adapter_contract.ts";
import { ContractHost } from "./contract_host.ts";
import { isDeliveryFailure, type MediaStream } from "../../actors/ports/mod.ts";

/** What a test has at hand. */
export interface Running extends Opened {
  readonly host: ContractHost;
  readonly signal: AbortSignal;
  /** Files that ops may name, by their native id. */
  readonly files: Map<NativeId, () => MediaStream>;
  /** Sends `op` into the chat, each time under an op id of its own. */
  send(op: NativeOp): Promise<Receipt>;
  /** Posts plain text. @returns its native id */
  post(text: string, replyTo?: NativeId): Promise<NativeId>;
  /** Starts `run` once more after it ended. */
  restart(): void;
  /** Resolves when the current run has ended, however it did. */
  ended(): Promise<void>;
  /** Asserts that `work` fails with a delivery failure of this kind, which tells nothing of people. */
  fails(work: Promise<unknown>, kind: string, reason?: string): Promise<void>;
}

/** Words that tests let people write: they must never stand in an error. */
export const PRIVATE_TEXT = "Zanzibar at noon";

/** Asserts that it is the same file; a difference of long ones in words would take all memory there is. */
export function sameBytes(seen: Uint8Array | null | undefined, wanted: Uint8Array): void {
  assert(seen, "there is no file");
  assert.equal(seen.length, wanted.length, "the file has another length");
  assert(seen.every((byte, at) => byte === wanted[at]), "the file holds other bytes");
}

/** Registers a test named `<subject>: <name>`. */
export function contractTest(
  { name: adapter, leaks = false }: Subject,
  name: string,
  fn: () => Promise<void>,
): void {
  Deno.test({ name: `${adapter} adapter: ${name}`, sanitizeOps: !leaks, sanitizeResources: !leaks, fn });
}

/** Registers a test named `<subject>: <name>` with a running adapter. */
export function withRunning(
  subject: Subject,
  name: string,
  body: (running: Running) => Promise<void>,
): void {
  contractTest(subject, name, async () => {
    const host = new ContractHost();
    const opened = await subject.open(host);
    const abort = new AbortController();
    let run: Promise<void> = Promise.resolve();
    const restart = (): void => {
      run = opened.adapter.run(abort.signal);
      // Whoever wants to know asks `ended`.
      run.catch(() => {});
    };
    try {
      restart();
      await host.until(() => host.health.some(({ status }) => status === "connected"), "the connection");
      await body(
        runningOf(opened, { host, signal: abort.signal, restart, ended: () => run.catch(() => {}) }),
      );
    } finally {
      abort.abort();
      await run.catch(() => {});
      await opened.adapter[Symbol.asyncDispose]();
      await opened.close?.();
    }
  });
}

type Controls = Pick<Running, "host" | "signal" | "restart" | "ended">;

function runningOf(opened: Opened, controls: Controls): Running {
  let count = 0;
  const files = new Map<NativeId, () => MediaStream>();
  const media = async ({ native }: MediaRef): Promise<MediaStream> => {
    const open = files.get(native);
    assert(open !== undefined, "the adapter asks for a file that no op names");
    return await Promise.resolve(open());
  };
  const send = (op: NativeOp): Promise<Receipt> =>
    opened.adapter.send(opened.chat, op, {
      opId: OpId.parse(`contract-${++count}`),
      signal: controls.signal,
      media,
    });
  return {
    ...opened,
    ...controls,
    files,
    send,
    post: async (text, replyTo) => {
      const { ids } = await send({ type: "post", text: plain(text), ...(replyTo ? { replyTo } : {}) });
      return NativeId.parse(ids[0]);
    },
    fails: async (work, kind, reason) => {
      const error = await work.then(() => null, (thrown: unknown) => thrown);
      assert(error !== null, `expected the call to fail with ${kind}`);
      assert(isDeliveryFailure(error), `expected a delivery failure: ${error}`);
      assert.equal(error.kind, kind, error.message);
      if (reason !== undefined) {
        assert.equal("reason" in error ? error.reason : undefined, reason, error.message);
      }
      for (const secret of [PRIVATE_TEXT, ...opened.secrets ?? []]) {
        assert(!error.message.includes(secret), "the error tells what it must not");
      }
    },
  };
}
