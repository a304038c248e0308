/**
 * The basic flow against crabline's Telegram server, which others wrote: so that the adapter does not only agree with
 * our own idea of Telegram. It knows no invite links and no members, so those are not asked for here.
 */
import assert from "node:assert/strict";
import { startTelegramServer } from "@openclaw/crabline";
import { ChatId, NativeId, type NativeOp, OpId, plain, type Receipt } from "../../actors/model/mod.ts";
import { telegram, TelegramConfig } from "../../adapters/telegram/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";

type Manifest = Awaited<ReturnType<typeof startTelegramServer>>["manifest"];

const CHAT = ChatId.parse("-1001234567890");

Deno.test("the basic flow works against a Bot API server that others wrote", async () => {
  const folder = await Deno.makeTempDir();
  const server = await startTelegramServer({ recorderPath: `${folder}/telegram.jsonl`, port: 0 });
  const { manifest } = server;
  const host = new ContractHost();
  const config = TelegramConfig.parse({ token: manifest.botToken, apiRoot: manifest.endpoints.apiRoot });
  const adapter = telegram.open(ACCOUNT, config, host);
  const abort = new AbortController();
  const run = adapter.run(abort.signal);
  try {
    await host.until(() => host.health.some(({ status }) => status === "connected"), "the connection");
    await say(manifest, "hello from outside");
    const event = await host.event("message");
    assert.deepEqual(event.content, { type: "text", body: { text: "hello from outside", spans: [] } });
    assert.deepEqual([event.chat, event.author], [CHAT, { native: "555", name: "Ada" }]);

    let count = 0;
    const send = (op: NativeOp): Promise<Receipt> =>
      adapter.send(CHAT, op, { opId: OpId.parse(`op-${++count}`), signal: abort.signal });
    const bold = { text: "Ada: hi", spans: [{ type: "bold" as const, start: 0, length: 3 }] };
    const { ids, at } = await send({ type: "post", text: bold, replyTo: event.native });
    assert.equal(ids.length, 1);
    assert(at > 0);
    const target = NativeId.parse(ids[0]);
    await send({ type: "edit", target, text: plain("Ada: hello") });
    await send({ type: "react", target, emoji: "👍" });
    await send({ type: "delete", target });

    await say(manifest, "and once more");
    await host.event(
      "message",
      ({ content }) => content.type === "text" && content.body.text === "and once more",
    );
    assert.equal(new Set(host.taken.map(({ id }) => id)).size, host.taken.length);
  } finally {
    abort.abort();
    await run;
    await adapter[Symbol.asyncDispose]();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
});

/** Somebody writes at crabline. */
async function say({ adminToken, endpoints }: Manifest, text: string): Promise<void> {
  const response = await fetch(endpoints.adminInboundUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Crabline-Admin-Token": adminToken },
    body: JSON.stringify({ chatId: CHAT, chatType: "supergroup", text, fromId: 555, fromName: "Ada" }),
  });
  const answer = await response.text();
  assert(response.ok, answer);
}
