/** Opens simulated messengers for tests. */
import assert from "node:assert/strict";
import { NativeId, OpId } from "../../../../actors/model/mod.ts";
import type { Adapter, CreatedGroup, MediaStream } from "../../../../actors/ports/mod.ts";
import { createSandbox } from "../../../../adapters/sandbox/mod.ts";
import { SIGNAL } from "../../../../adapters/signal/capabilities.ts";
import { WHATSAPP } from "../../../../adapters/whatsapp/capabilities.ts";
import { TELEGRAM } from "../../../../adapters/telegram/capabilities.ts";
import { ACCOUNT, type Opened, type People, type Seen } from "../../../contract/adapter_contract.ts";
import type { FileSeen } from "../../../contract/conformance_driver.ts";
import { ContractHost } from "../../../contract/contract_host.ts";
import type { SandboxPhones } from "../../../../routes/phones.ts";

/** Where the sandbox's links lead in tests. */
export const PUBLIC_URL = "http://plenum.test";

/** The shape that the routes ask for, and what tests can do besides. */
type Phones = SandboxPhones & Pick<ReturnType<typeof createSandbox>["phones"], "leave" | "removeAccount">;

/** One simulated messenger, open and with a chat. */
export interface Simulated {
  readonly adapter: Adapter;
  /** Opens the same account once more. */
  readonly reopen: (host: ContractHost) => Adapter;
  readonly phones: Phones;
  readonly group: CreatedGroup;
}

/** Makes a sandbox on `host`, opens one messenger of it and creates (or finds again) a group there. */
export async function simulate(messenger: string, host: ContractHost): Promise<Simulated> {
  const { definitions, phones } = createSandbox({
    publicUrl: PUBLIC_URL,
    tables: { telegram: TELEGRAM, whatsapp: WHATSAPP, signal: SIGNAL },
  });
  const definition = definitions.find((one) => one.messenger === messenger);
  assert(definition?.messenger === messenger);
  const reopen = (other: ContractHost): Adapter => definition.open(ACCOUNT, {}, other);
  const adapter = reopen(host);
  const spec = { title: "Lake weekend", description: "", opId: OpId.parse("group") };
  const group = await adapter.createGroup?.(spec, { signal: new AbortController().signal });
  assert(group !== undefined);
  return { adapter, reopen, phones, group };
}

/** Adds a phone and opens the group's link on it. @returns the phone's id */
export async function joined({ adapter, phones, group }: Simulated, name: string): Promise<string> {
  const messenger = /join=(\w+):/.exec(group.inviteUrl ?? "")?.[1] ?? "";
  const { phoneId } = await phones.addPhone({ messenger, name });
  const url = await adapter.inviteLink(group.chat, { signal: new AbortController().signal });
  await phones.join(phoneId, url ?? "");
  return phoneId;
}

/** Runs `adapter` for as long as `work` takes. */
export async function whileRunning<T>(adapter: Adapter, work: () => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const run = adapter.run(abort.signal);
  try {
    return await work();
  } finally {
    abort.abort();
    await run;
  }
}

/** A simulated messenger as the contract asks for it, with a phone that looks on from the beginning. */
export async function openSimulated(messenger: string, host: ContractHost): Promise<Opened> {
  const before = new ContractHost({ session: host.session });
  const first = await simulate(messenger, before);
  const observer = await whileRunning(first.adapter, () => joined(first, "Observer"));
  const adapter = first.reopen(host);
  const chat = first.group.chat;
  return {
    adapter,
    chat,
    people: peopleOf({ ...first, adapter }),
    pass: (ms) => host.pass(ms),
    title: async () => (await first.phones.view(observer, chat)).title,
    observe: async (id) => {
      const { messages } = await first.phones.view(observer, chat);
      const message = messages.find(({ messageId }) => messageId === id);
      if (message === undefined) return null;
      return await seenOf(message, () => first.phones.file(observer, chat, message.messageId));
    },
    description: async () => (await first.phones.view(observer, chat)).description ?? "",
    icon: async () => {
      const { icon } = await first.phones.view(observer, chat);
      return icon === undefined ? null : await bytesOf(await first.phones.file(observer, chat, "icon"));
    },
    timer: async () => (await first.phones.view(observer, chat)).timer ?? 0,
  };
}

type Line = Awaited<ReturnType<Phones["view"]>>["messages"][number];

async function seenOf(message: Line, open: () => Promise<MediaStream | null>): Promise<Seen> {
  const { text, edited, deleted, album, file, poll, location, contact } = message;
  return {
    text,
    edited,
    deleted,
    album,
    location,
    replyTo: message.replyTo === null ? null : NativeId.parse(message.replyTo),
    reactions: message.reactions.map(({ emoji }) => emoji),
    ...(file === undefined ? {} : { file: await fileOf(file, await open()) }),
    ...(poll === undefined ? {} : { poll: pollOf(poll) }),
    ...(contact === undefined ? {} : { contact: { name: contact.name, phone: contact.phones[0] ?? "" } }),
  };
}

async function fileOf(file: NonNullable<Line["file"]>, stream: MediaStream | null): Promise<FileSeen> {
  const { kind, mime, name } = file;
  return { kind, mime, body: await bytesOf(stream), ...(name === null ? {} : { name }) };
}

/** All of a file. */
export async function bytesOf(stream: MediaStream | null): Promise<Uint8Array> {
  assert(stream !== null, "the file is not there");
  return new Uint8Array(await new Response(stream.body).arrayBuffer());
}

function pollOf({ question, options, multiple, closed }: NonNullable<Line["poll"]>): Seen["poll"] {
  return { question, options, multiple, closed };
}

function peopleOf(simulated: Simulated): People {
  const { phones, group } = simulated;
  const chatId = group.chat;
  let phoneId = "";
  const send = async (order: Omit<Parameters<Phones["send"]>[1], "chatId">): Promise<NativeId> =>
    NativeId.parse((await phones.send(phoneId, { chatId, ...order })).messageId);
  return {
    join: async (name) => {
      phoneId = await joined(simulated, name);
    },
    say: (text, replyTo) => send({ type: "text", text, replyTo }),
    edit: async (target, text) => void await send({ type: "edit", target, text }),
    delete: async (target) => void await send({ type: "delete", target }),
    react: async (target, emoji) => void await send({ type: "reaction", target, emoji }),
    leave: () => phones.leave(phoneId, chatId),
    removeAccount: () => phones.removeAccount(phoneId, chatId),
  };
}
