import assert from "node:assert/strict";
import type { AccountSpec } from "../../../actors/mod.ts";
import { readConfig } from "../../../adapters/config.ts";
import { accountsOf } from "../../../adapters/mod.ts";
import { TELEGRAM } from "../../../adapters/telegram/capabilities.ts";
import { WHATSAPP } from "../../../adapters/whatsapp/capabilities.ts";
import { ContractHost } from "../../contract/contract_host.ts";
import type { SandboxPhones } from "../../../routes/phones.ts";

function noFile(): string {
  throw new Error("there is none");
}

Deno.test("without real accounts there are three simulated messengers, the web and phones", async () => {
  const made = await accountsOf({ config: readConfig({}, noFile), webhookSecret: "s" });
  const accounts: readonly AccountSpec[] = made.accounts;
  const phones: SandboxPhones | null = made.phones;

  const ids = accounts.map(({ account }) => account);
  assert.deepEqual(ids, ["sandbox-whatsapp", "sandbox-signal", "sandbox-telegram", "web"]);
  assert.deepEqual(made.messengers, ["whatsapp", "signal", "telegram", "web"]);
  assert.deepEqual(phones?.phones(), []);
});

for (const [messenger, real] of Object.entries({ telegram: TELEGRAM, whatsapp: WHATSAPP })) {
  Deno.test(`the simulated ${messenger} can carry the texts that the real one can, without its pace`, async () => {
    const made = await accountsOf({ config: readConfig({}, noFile), webhookSecret: "s" });
    const simulated = made.accounts.find(({ account }) => account === `sandbox-${messenger}`);
    const table = simulated?.definition.open(simulated.account, {}, new ContractHost()).capabilities(null);

    assert.deepEqual(table?.pace, { chat: null, account: null });
    assert.deepEqual([table?.text, table?.delete, table?.title], [real.text, real.delete, real.title]);
  });
}

Deno.test("with the sandbox off and nothing configured there is the web alone", async () => {
  const made = await accountsOf({ config: readConfig({ SANDBOX: "off" }, noFile), webhookSecret: "s" });

  assert.deepEqual(made.messengers, ["web"]);
  assert.equal(made.phones, null);
});
