/** People in front of a running Plenum: an owner by REST and simulated phones. */
import assert from "node:assert/strict";
import { z } from "zod";
import { GroupShape, PASSWORD, RestClient } from "../contract/rest_client.ts";

const PhoneView = z.object({
  messages: z.array(z.object({
    messageId: z.string(),
    from: z.string(),
    text: z.string(),
    replyTo: z.string().nullable(),
    reactions: z.array(z.object({ emoji: z.string() })),
    edited: z.boolean(),
    deleted: z.boolean(),
  })),
});
export type PhoneView = z.infer<typeof PhoneView>["messages"];

/** Asks until the answer is neither false nor null, and says what was awaited when that does not come. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null>,
  maxMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + maxMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null) return found;
    if (Date.now() > deadline) throw new Error(`Cannot see it in ${maxMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(() => resolve(null), 20));
  }
}

/** Somebody who signed up. */
export interface Owner {
  readonly client: RestClient;
  readonly token: string;
  createGroup(title: string, messengers?: readonly string[]): Promise<GroupShape>;
  group(id: string): Promise<GroupShape>;
  /** The bridge of a messenger, once `wanted` holds for it. */
  bridge(id: string, messenger: string, status: string): Promise<GroupShape["bridges"][number]>;
  post(id: string, text: string): Promise<void>;
}

export async function signUp(url: string, email = `${crypto.randomUUID()}@example.org`): Promise<Owner> {
  const client = new RestClient(url);
  const signed = await client.call("POST", "/api/signup", {
    body: { email, password: PASSWORD, name: "Olga" },
  });
  assert.equal(signed.status, 201);
  const { token } = z.object({ token: z.string() }).parse(signed.body);
  const group = async (id: string): Promise<GroupShape> =>
    GroupShape.parse((await client.call("GET", `/api/groups/${id}`, { token })).body);
  return {
    client,
    token,
    group,
    createGroup: async (title, messengers) => {
      const made = await client.call("POST", "/api/groups", {
        token,
        body: { title, messengers, consent: true },
      });
      assert.equal(made.status, 201);
      return GroupShape.parse(made.body);
    },
    bridge: (id, messenger, status) =>
      until(`${messenger} is ${status}`, async () => {
        const bridge = (await group(id)).bridges.find((one) => one.messenger === messenger);
        return bridge?.status === status ? bridge : null;
      }),
    post: async (id, text) => {
      const made = await client.call("POST", `/api/groups/${id}/messages`, { token, body: { text } });
      assert.equal(made.status, 201);
    },
  };
}

/** A simulated phone that has joined a group. */
export interface Phone {
  readonly phoneId: string;
  readonly chatId: string;
  send(message: Readonly<Record<string, string>>): Promise<string>;
  view(): Promise<PhoneView>;
  /** A message that the phone sees, once it does. */
  sees(what: string, look: (message: PhoneView[number]) => boolean): Promise<PhoneView[number]>;
}

export async function joinByPhone(
  url: string,
  { messenger, name, inviteUrl }: {
    readonly messenger: string;
    readonly name: string;
    readonly inviteUrl: string | null;
  },
): Promise<Phone> {
  const client = new RestClient(url);
  const added = await client.call("POST", "/api/sandbox/phones", { body: { messenger, name } });
  const { phoneId } = z.object({ phoneId: z.string() }).parse(added.body);
  const joined = await client.call("POST", `/api/sandbox/phones/${phoneId}/join`, { body: { inviteUrl } });
  const { chatId } = z.object({ chatId: z.string() }).parse(joined.body);
  const view = async (): Promise<PhoneView> => {
    const path = `/api/sandbox/phones/${phoneId}/chats/${encodeURIComponent(chatId)}`;
    return PhoneView.parse((await client.call("GET", path)).body).messages;
  };
  return {
    phoneId,
    chatId,
    view,
    send: async (message) => {
      const sent = await client.call("POST", `/api/sandbox/phones/${phoneId}/send`, {
        body: { chatId, ...message },
      });
      assert.equal(sent.status, 201);
      return z.object({ messageId: z.string() }).parse(sent.body).messageId;
    },
    sees: (what, look) => until(`${name} sees ${what}`, async () => (await view()).find(look) ?? null),
  };
}
