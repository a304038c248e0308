/** The contract's shape: what an adapter offers, and how it starts and ends. */
import assert from "node:assert/strict";
import { Capabilities, ChatId } from "../../actors/model/mod.ts";
import type { Subject } from "./adapter_contract.ts";
import { ContractHost } from "./contract_host.ts";
import { contractTest, withRunning } from "./adapter_running.ts";

/** How long an abort may take. */
const ABORT_MS = 1000;

/** Registers the tests. */
export function registerShape(subject: Subject): void {
  withRunning(subject, "offers exactly one of createGroup and adoptLink", async ({ adapter }) => {
    await Promise.resolve();
    assert.notEqual(adapter.createGroup === undefined, adapter.adoptLink === undefined);
    assert.equal(adapter.adoptLink === undefined, adapter.setupGroup === undefined);
  });

  withRunning(subject, "has one valid capability table that stays the same", async ({ adapter, chat }) => {
    await Promise.resolve();
    const table = adapter.capabilities(null);
    assert.deepEqual(Capabilities.parse(table), table);
    assert.deepEqual(adapter.capabilities(chat), table);
  });

  withRunning(subject, "tells how it is without telling who it is", async ({ host, secrets = [] }) => {
    await Promise.resolve();
    const told = JSON.stringify(host.health);
    for (const secret of secrets) assert(!told.includes(secret));
  });

  withRunning(
    subject,
    "answers an invite link that is an address, or none",
    async ({ adapter, chat, signal }) => {
      const link = await adapter.inviteLink(chat, { signal });
      assert(link === null || URL.canParse(link));
    },
  );

  withRunning(subject, "makes another invite link when one is revoked", async ({ adapter, chat, signal }) => {
    const before = await adapter.inviteLink(chat, { signal });
    const after = await adapter.revokeInvite(chat, { signal });
    if (before === null) return assert.equal(after, null);
    assert.notEqual(after, before);
    assert.equal(await adapter.inviteLink(chat, { signal }), after);
  });

  withRunning(subject, "lists members by native id and name", async ({ adapter, chat, signal, people }) => {
    await people?.join("Ada");
    const names: string[] = [];
    for await (const { native, name } of adapter.members(chat, { signal })) {
      assert.notEqual(native, "");
      names.push(name);
    }
    if (people !== undefined && subject.nameless !== true) assert(names.includes("Ada"));
  });

  contractTest(subject, "ends a run within a second of its abort", async () => {
    const host = new ContractHost();
    const { adapter, close } = await subject.open(host);
    const abort = new AbortController();
    const run = adapter.run(abort.signal);
    await host.until(() => host.health.some(({ status }) => status === "connected"), "the connection");

    const started = performance.now();
    abort.abort();
    await run;

    assert(performance.now() - started < ABORT_MS);
    await adapter[Symbol.asyncDispose]();
    await close?.();
  });

  withRunning(subject, "says of a chat that it never knew that it is gone", async (running) => {
    const { adapter, fails, signal, people } = running;
    if (people === undefined) return;
    const nowhere = ChatId.parse("-1");
    await fails(adapter.inviteLink(nowhere, { signal }), "chat-gone");
  });
}
