/** An account that WhatsApp logs out while Plenum runs: who hears of it, and how it goes on once it is linked again. */
import assert from "node:assert/strict";
import { signUp, until } from "../fakes/people.ts";
import { startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { linkByRest, plenumWith } from "../fakes/whatsapp/plenum.ts";

Deno.test({
  name: "a logged-out account is told of everywhere, and what waited is sent once it is linked again",
  // Baileys in the phones leaves timers behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = startWhatsApp();
    const dataDir = await Deno.makeTempDir();
    const plenum = await plenumWith(server, { DATA_DIR: dataDir });
    const { url } = plenum;
    const own = server.ownPhone();
    const operator = await signUp(url, "operator@example.org");
    const early = await operator.createGroup("Before linking", ["whatsapp"]);
    const waiting = await operator.bridge(early.id, "whatsapp", "creating");
    assert.match(waiting.reason ?? "", /WhatsApp account is logged out/);
    await linkByRest(url, operator.token, own);
    const made = await operator.bridge(early.id, "whatsapp", "ready");
    const alice = server.phone({ name: "Alice" });
    const chat = alice.join(made.inviteUrl ?? "");

    server.end("unlinked");
    const bridge = await operator.bridge(early.id, "whatsapp", "failed");
    await operator.post(early.id, "said meanwhile");
    const ready = await (await fetch(`${url}/readyz`)).json();
    const metrics = await (await fetch(`${url}/metrics`)).text();

    assert.match(bridge.reason ?? "", /logged out. The operator has to link it again/);
    assert.match(ready.detail["account whatsapp"], /^logged-out: WhatsApp is logged out: link it again/);
    assert.match(metrics, /plenum_account_connected\{[^}]*account="whatsapp"[^}]*\} 0/);
    const page =
      await (await fetch(`${url}/admin`, { headers: { Authorization: `Bearer ${operator.token}` } })).text();
    assert.ok(page.includes("WhatsApp is logged out: link it again"));

    await linkByRest(url, operator.token, own);
    await operator.bridge(early.id, "whatsapp", "ready");
    await until(
      "what waited arrives",
      () => Promise.resolve(alice.texts(chat).some((text) => text.includes("said meanwhile"))),
    );
    assert.equal(alice.texts(chat).filter((text) => text.includes("said meanwhile")).length, 1);
    assert.equal(await plenum.terminate(), 0);
    await Deno.remove(dataDir, { recursive: true });
  },
});
