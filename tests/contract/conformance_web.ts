/** The browser in the conformance suite: guests of a real server, by the interface that its pages use too. */
import { z } from "zod";
import { plain, type RichText } from "../../actors/model/mod.ts";
import type { Act, ChatSeen, Driver, FileSeen, MessageSeen, Phone } from "./conformance_driver.ts";
import { RestClient } from "./rest_client.ts";
import { messagesSeen, WebMessage } from "./web_seen.ts";

/** A guest can do all that the pages have but what is the owner's alone. */
const ACTS: readonly Act["do"][] = [
  ...["text", "file", "album", "edit", "edit-caption", "delete", "react"] as const,
  ...["poll", "vote", "close-poll", "location", "contact"] as const,
];

/** As many as are answered at once: what is older is remembered as it was last seen. */
const PAGE = 200;

/** Starts it: the server itself is the wire. */
export function webDriver(): Driver {
  let url = "";
  return {
    messenger: "web",
    env: {},
    acts: ACTS,
    prepare: (at) => {
      url = at;
      return Promise.resolve();
    },
    join: async (inviteUrl, name) => {
      const code = /\/j\/([^/]+)/.exec(inviteUrl)?.[1] ?? "";
      const client = new RestClient(url);
      const body = { name, consent: true };
      const joined = await client.expect(201, "POST", `/api/invites/${code}/guests`, { body });
      return phoneOf({ client, url, code, name, ...Guest.parse(joined.body) });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const Guest = z.object({ memberId: z.string(), token: z.string(), groupId: z.string() });
const Taken = z.object({ fileId: z.string() });
const Posted = z.object({ messageId: z.string() });
const Invite = z.object({ title: z.string(), description: z.string().optional() });
const History = z.object({ messages: z.array(WebMessage) });

interface Seat extends z.infer<typeof Guest> {
  readonly client: RestClient;
  readonly url: string;
  readonly code: string;
  readonly name: string;
}

function phoneOf(seat: Seat): Phone {
  const known = new Map<string, WebMessage>();
  const files = new Map<string, OpenedFile | null>();
  return {
    name: seat.name,
    secrets: [seat.token],
    act: (act) => done(seat, act),
    chat: () => chatOf(seat, known, files),
  };
}

/** The id of the message that it made, or "". */
async function done(seat: Seat, act: Act): Promise<string> {
  switch (act.do) {
    case "text":
      return await say(seat, { ...act.text, ...replying(act.replyTo) });
    case "file":
      return await sendFiles(seat, [act.file], replying(act.replyTo));
    case "album":
      return await sendFiles(seat, act.files, {});
    case "poll": {
      const { question, options, multiple } = act;
      return await say(seat, { poll: { question, options, multiple } });
    }
    case "location": {
      const { latitude, longitude, label, address } = act;
      return await say(seat, { location: { latitude, longitude, label, address } });
    }
    case "contact":
      return await say(seat, { contact: { name: act.name, phones: [act.phone] } });
    default:
      await change(seat, act);
      return "";
  }
}

function replying(replyTo: string | undefined): { readonly replyTo?: string } {
  return replyTo === undefined ? {} : { replyTo };
}

async function say({ client, token, groupId }: Seat, body: object): Promise<string> {
  const answer = await client.expect(201, "POST", `/api/groups/${groupId}/messages`, { token, body });
  return Posted.parse(answer.body).messageId;
}

async function sendFiles(seat: Seat, files: readonly FileSeen[], more: object): Promise<string> {
  const attachments: string[] = [];
  for (const file of files) attachments.push(await take(seat, file));
  return await say(seat, { ...files[0]?.caption ?? plain(""), attachments, ...more });
}

async function take({ client, token, groupId }: Seat, { body, mime, name, kind }: FileSeen): Promise<string> {
  const query = new URLSearchParams(name === undefined ? {} : { name });
  if (kind === "voice") query.set("voice", "true");
  const path = `/api/groups/${groupId}/files?${query}`;
  const answer = await client.expect(201, "POST", path, {
    token,
    raw: body.slice(),
    headers: { "content-type": mime },
  });
  return Taken.parse(answer.body).fileId;
}

async function change({ client, token, groupId }: Seat, act: Act): Promise<void> {
  const call = async (status: number, method: string, path: string, body?: object): Promise<void> => {
    const address = `/api/groups/${groupId}/messages/${path}`;
    await client.expect(status, method, address, body === undefined ? { token } : { token, body });
  };
  switch (act.do) {
    case "edit":
    case "edit-caption":
      return await call(200, "PATCH", act.target, bodyOf(act.text));
    case "delete":
      return await call(204, "DELETE", act.target);
    case "react":
      return await call(200, "PUT", `${act.target}/reaction`, { emoji: act.emoji });
    case "vote":
      return await call(200, "POST", `${act.target}/votes`, { options: act.options });
    case "close-poll":
      return await call(200, "POST", `${act.target}/close`);
    default:
      throw new Error(`Cannot ${act.do} in the browser as a guest must be able to: they are not`);
  }
}

function bodyOf({ text, spans }: RichText): object {
  return { text, spans };
}

type OpenedFile = Pick<FileSeen, "mime" | "body" | "name">;

async function chatOf(
  seat: Seat,
  known: Map<string, WebMessage>,
  files: Map<string, OpenedFile | null>,
): Promise<ChatSeen> {
  const answer = await get(seat, `/api/groups/${seat.groupId}/messages?limit=${PAGE}`);
  for (const message of History.parse(await answer.json()).messages) known.set(message.id, message);
  const { title, description = "" } = Invite.parse(
    await (await get(seat, `/api/invites/${seat.code}`)).json(),
  );
  const messages: MessageSeen[] = [];
  for (const message of [...known.values()].toSorted((a, b) => a.id < b.id ? -1 : 1)) {
    const file = await fileOf(seat, message, files);
    messages.push(...messagesSeen(message, { me: seat.memberId, name: seat.name, file }));
  }
  return { title, description, icon: await iconOf(seat), timer: 0, messages };
}

async function get({ url, token }: Seat, path: string): Promise<Response> {
  return await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
}

/** Read once: what a message's address leads to does not change. */
async function fileOf(
  seat: Seat,
  { id, content, deleted }: WebMessage,
  files: Map<string, OpenedFile | null>,
): Promise<OpenedFile | null> {
  if (content.type !== "media" || deleted) return null;
  const known = files.get(id);
  if (known !== undefined) return known;
  const answer = await get(seat, `/api/groups/${seat.groupId}/messages/${id}/file`);
  const body = await answer.bytes();
  // It may be there later.
  if (answer.status === 503) return null;
  const name = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "";
  const mime = answer.headers.get("content-type") ?? "";
  const file = answer.ok ? { mime, body, name: decodeURIComponent(name) } : null;
  files.set(id, file);
  return file;
}

async function iconOf(seat: Seat): Promise<Uint8Array | null> {
  const answer = await get(seat, `/api/groups/${seat.groupId}/icon`);
  const body = await answer.bytes();
  return answer.ok ? body : null;
}
