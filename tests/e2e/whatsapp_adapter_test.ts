/** WhatsApp's adapter against the fake server: the real Baileys, a real socket, real keys. */
import assert from "node:assert/strict";
import { plain } from "../../actors/model/mod.ts";
import { groupWith, openLife, whatsappTest } from "./whatsapp_opened.ts";
import { ContractHost } from "../contract/contract_host.ts";

for (const addressing of ["lid", "pn"] as const) {
  whatsappTest(
    `texts cross both ways in a group with ${addressing} addresses`,
    async ({ server, life, host }) => {
      const { chat, person } = await groupWith({ server, life }, "Alice");

      const said = await person.send(chat, "hello");
      const event = await host.event("message");
      const { ids } = await life.send(chat, { type: "post", text: plain("good day"), replyTo: event.native });
      await person.waitForText(chat, "good day");

      assert.equal(event.native, said);
      assert.equal(event.author.name, "Alice");
      assert.match(ids[0] ?? "", /^3EB0[0-9A-F]{18}$/);
      assert.deepEqual(person.texts(chat), ["hello", "good day"]);
      assert.deepEqual([person.repeats, person.unreadable], [0, 0]);
    },
    { addressing },
  );
}

whatsappTest(
  "what was said while nobody ran comes afterwards, once, in order",
  async ({ server, life, host }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    await person.send(chat, "one");
    await host.event("message");
    await server.until(() => server.waiting === 0, "everything to be confirmed");
    await life.end();

    for (const text of ["two", "three", "four"]) await person.send(chat, text);
    const later = new ContractHost({ session: host.session, now: Date.now() });
    await using again = openLife(server, later);
    await again.connected();
    await later.until(() => later.taken.length >= 3, "three messages");

    const texts = later.taken.map((event) =>
      event.type === "message" && event.content.type === "text" ? event.content.body.text : event.type
    );
    assert.deepEqual(texts, ["two", "three", "four"]);
  },
);
