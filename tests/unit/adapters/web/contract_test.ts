import assert from "node:assert/strict";
import { OpId, plain } from "../../../../actors/model/mod.ts";
import { web } from "../../../../adapters/web/mod.ts";
import { ACCOUNT, adapterContract, type Opened } from "../../../contract/adapter_contract.ts";
import { ContractHost } from "../../../contract/contract_host.ts";

const options = { signal: new AbortController().signal };

async function open(host: ContractHost): Promise<Opened> {
  const adapter = web.open(ACCOUNT, {}, host);
  const spec = { title: "Lake weekend", description: "", opId: OpId.parse("group") };
  const group = await adapter.createGroup?.(spec, options);
  assert(group !== undefined);
  return { adapter, chat: group.chat };
}

adapterContract({ name: "web", open, reads: false });

Deno.test("web answers the same chat for every retry of one creation", async () => {
  const first = await open(new ContractHost());
  const second = await open(new ContractHost());

  assert.equal(first.chat, "web:group");
  assert.equal(second.chat, first.chat);
});

Deno.test("web takes the op's id as the native id of a post, so that a retry is the same message", async () => {
  const { adapter, chat } = await open(new ContractHost());
  const post = { type: "post", text: plain("hello") } as const;
  const send = { ...options, opId: OpId.parse("op-1") };

  const first = await adapter.send(chat, post, send);
  const again = await adapter.send(chat, post, send);

  assert.deepEqual(first.ids, ["op-1"]);
  assert.deepEqual(again.ids, first.ids);
});

Deno.test("web has no invite link of its own, as the core's page is it", async () => {
  const { adapter, chat } = await open(new ContractHost());

  assert.equal(await adapter.inviteLink(chat, options), null);
  assert.equal(await adapter.revokeInvite(chat, options), null);
});

Deno.test("web rejects an empty text and an op that was aborted", async () => {
  const { adapter, chat } = await open(new ContractHost());
  const opId = OpId.parse("op-1");

  await assert.rejects(
    adapter.send(chat, { type: "post", text: plain("") }, { ...options, opId }),
    { kind: "rejected", reason: "invalid" },
  );
  await assert.rejects(
    adapter.send(chat, { type: "post", text: plain("late") }, { signal: AbortSignal.abort(), opId }),
    { kind: "retry-later" },
  );
});
