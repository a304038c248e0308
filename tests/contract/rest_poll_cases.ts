/** The REST contract: polls. */
import { z } from "zod";
import { eventually, type GivenServer } from "./rest_client.ts";

const Poll = z.object({
  type: z.literal("poll"),
  question: z.string(),
  options: z.array(z.string()),
  multiple: z.boolean(),
  closed: z.boolean(),
  votes: z.array(z.object({ memberId: z.string(), options: z.array(z.number()) })),
});

/** Registers the cases. */
export function pollCases(given: GivenServer): void {
  given("people vote, change their mind, take it back, and the poll ends", async (client) => {
    const owner = await client.signUp("Ada");
    const { id, inviteCode } = await client.createGroup(owner, { messengers: ["web"] });
    const guest = await client.joinGuest(inviteCode, "Ben");
    const poll = { question: "When?", options: ["Friday", "Saturday", "Sunday"] };
    const posted = await client.expect(201, "POST", `/api/groups/${id}/messages`, {
      token: owner,
      body: { poll },
    });
    const { messageId } = z.object({ messageId: z.string() }).parse(posted.body);
    const path = `/api/groups/${id}/messages/${messageId}`;
    const sees = (what: string, isIt: (poll: z.infer<typeof Poll>) => boolean): Promise<unknown> =>
      eventually(what, async () => {
        const found = (await client.messages(id, owner)).find((one) => one.id === messageId);
        return found !== undefined && isIt(Poll.parse(found.content));
      });
    const vote = (options: readonly number[], token = guest.token): Promise<unknown> =>
      client.expect(200, "POST", `${path}/votes`, { token, body: { options } });

    await sees("the poll", (one) => !one.closed && one.votes.length === 0 && one.options.length === 3);
    await vote([1]);
    await vote([0], owner);
    await sees("both votes", ({ votes }) => votes.length === 2);
    await vote([2]);
    await sees(
      "the other choice",
      ({ votes }) => votes.some((one) => one.memberId === guest.memberId && one.options.join() === "2"),
    );
    await vote([]);
    await sees("one vote", ({ votes }) => votes.length === 1);
    await client.refuse([403, "forbidden"], "POST", `${path}/close`, { token: guest.token });
    await client.expect(200, "POST", `${path}/close`, { token: owner });
    await sees("that it has ended", ({ closed }) => closed);

    await client.refuse([409, "conflict"], "POST", `${path}/votes`, {
      token: guest.token,
      body: { options: [0] },
    });
  });

  given("votes for what is no poll, or no option of it, are refused", async (client) => {
    const token = await client.signUp("Ada");
    const { id } = await client.createGroup(token, { messengers: ["web"] });
    const words = await client.post(id, token, "No poll");
    const posted = await client.expect(201, "POST", `/api/groups/${id}/messages`, {
      token,
      body: { poll: { question: "When?", options: ["Friday", "Saturday"] } },
    });
    const { messageId } = z.object({ messageId: z.string() }).parse(posted.body);
    const path = (message: string): string => `/api/groups/${id}/messages/${message}/votes`;
    const refused = (code: readonly [number, string], message: string, options: unknown): Promise<string> =>
      client.refuse(code, "POST", path(message), { token, body: { options } });

    await refused([422, "invalid"], words, [0]);
    await refused([422, "invalid"], messageId, [2]);
    await refused([422, "invalid"], messageId, [0, 1]);
    await refused([400, "invalid"], messageId, [-1]);
    await refused([400, "invalid"], messageId, ["0"]);
    await refused([404, "not-found"], "00000000001", [0]);
  });
}
