/** Several accounts, and the pace at which they make groups: a real process, real Baileys. */
import assert from "node:assert/strict";
import { signUp, until } from "../fakes/people.ts";
import { startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { healthOf, linkByRest, plenumWith } from "../fakes/whatsapp/plenum.ts";

/** So many that chance alone does not put all of them on one account. */
const GROUPS = 20;
/** What the table lets an account make at once. */
const BURST = 3;

Deno.test({
  name:
    "groups are spread over the accounts, made slowly with a reason, and neither is forgotten over a kill -9",
  // Baileys in the phones leaves timers behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = startWhatsApp();
    const dataDir = await Deno.makeTempDir();
    using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const port = String(listener.addr.port);
    listener.close();
    const env = { DATA_DIR: dataDir, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
    let plenum = await plenumWith(server, env);
    const { url } = plenum;
    const operator = await signUp(url, "operator@example.org");
    const { token } = operator;
    await linkByRest(url, token, server.ownPhone());
    const added = await operator.client.call("POST", "/api/accounts", {
      token,
      body: { messenger: "whatsapp" },
    });
    assert.equal(added.status, 201);
    await linkByRest(url, token, server.ownPhone("15559990001"), "whatsapp-2");

    const ids: string[] = [];
    for (let n = 0; n < GROUPS; n++) ids.push((await operator.createGroup(`Group ${n}`, ["whatsapp"])).id);
    const bridges = async (): Promise<{ readonly status: string; readonly reason?: string }[]> =>
      await Promise.all(ids.map(async (id) => {
        const bridge = (await operator.group(id)).bridges.find(({ messenger }) => messenger === "whatsapp");
        return { status: bridge?.status ?? "none", reason: bridge?.reason ?? "" };
      }));
    const settled = async (): Promise<number | null> => {
      const all = await bridges();
      const waits = all.filter(({ reason }) => reason?.includes("are made slowly")).length;
      return all.filter(({ status }) => status === "ready").length + waits === GROUPS ? waits : null;
    };
    const waits = await until("every group is made, or waits with a reason", settled);

    assert.equal(waits, GROUPS - 2 * BURST);
    assert.equal(server.world.groups.size, 2 * BURST);
    await plenum.kill();
    plenum = await plenumWith(server, env);
    for (const account of ["whatsapp", "whatsapp-2"]) {
      await until(
        `${account} is connected again`,
        async () => await healthOf(url, token, account) === "connected",
      );
    }
    assert.equal(await until("the others still wait", settled), waits);
    assert.equal(server.world.groups.size, 2 * BURST);
    assert.equal(await plenum.terminate(), 0);
    await Deno.remove(dataDir, { recursive: true });
  },
});
