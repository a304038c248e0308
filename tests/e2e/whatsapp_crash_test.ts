/** A crash at the worst moment: a message is out, and which keys it used is not kept. Phones read what follows. */
import assert from "node:assert/strict";
import { plain } from "../../actors/model/mod.ts";
import { ContractHost, MemorySession } from "../contract/contract_host.ts";
import { groupWith, openLife, whatsappTest } from "./whatsapp_opened.ts";

/** Keeps nothing any more from the moment on in which Baileys keeps what a message to a group has used. */
class DyingSession extends MemorySession {
  #dead = false;

  constructor(before: MemorySession) {
    super();
    for (const [key, value] of before.values) this.values.set(key, value);
  }

  override async set(entries: Readonly<Record<string, Uint8Array | null>>): Promise<void> {
    this.#dead ||= Object.keys(entries).some((name) => name.startsWith("auth:sender-key-memory:"));
    if (!this.#dead) await super.set(entries);
  }
}

for (const addressing of ["lid", "pn"] as const) {
  whatsappTest(
    `a message that was sent right before a crash is read, and what follows it, by ${addressing}`,
    async ({ server, life, host }) => {
      const { chat, person, inviteUrl } = await groupWith({ server, life }, "Alice");
      const ben = server.phone({ name: "Ben" });
      ben.join(inviteUrl);
      // Alice has a session with us, by which she gets the keys of the group; Ben gets one with them.
      await person.send(chat, "hello");
      await host.event("message");
      await server.until(() => server.waiting === 0, "everything to be confirmed");
      await life.end();

      const session = new DyingSession(host.session);
      const second = openLife(server, new ContractHost({ session, now: Date.now() }));
      await second.connected();
      await second.send(chat, { type: "post", text: plain("one") }, "op.1");
      const found = session.copy();
      await second.end();
      await using third = openLife(server, new ContractHost({ session: found, now: Date.now() }));
      await third.connected();
      for (const [at, text] of ["one", "two", "three"].entries()) {
        await third.send(chat, { type: "post", text: plain(text) }, `op.${at + 1}`);
      }
      for (const phone of [person, ben]) await phone.waitForText(chat, "three");

      assert.deepEqual(ben.texts(chat).slice(-3), ["one", "two", "three"]);
      assert.deepEqual([person.unreadable, ben.unreadable], [0, 0]);
    },
    { addressing },
  );
}
