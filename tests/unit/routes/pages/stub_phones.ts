/** Simulated phones over the stub world. */
// deno-lint-ignore-file explicit-function-return-type -- the methods are typed by the interfaces that they fill
import { type GroupId, MessageId, plain, textContent } from "../../../../actors/model/mod.ts";
import type { PhoneMessage, SandboxPhones } from "../../../../routes/phones.ts";
import type { World, WorldGroup } from "./stub_world.ts";

interface StubPhone {
  readonly phoneId: string;
  readonly messenger: string;
  readonly name: string;
  readonly chats: Map<string, WorldGroup["members"][number]["id"]>;
}

/** What the sandbox refuses. */
class StubRefusal extends Error {
  constructor(readonly code: "not-found" | "invalid", message: string) {
    super(message);
  }
}

/** Phones that read and write the groups of `world` directly. */
export function stubPhones(world: World): SandboxPhones {
  const phones: StubPhone[] = [];
  const phoneOf = (id: string): StubPhone => {
    const phone = phones.find((one) => one.phoneId === id);
    if (phone === undefined) throw new StubRefusal("not-found", "Cannot find the phone");
    return phone;
  };
  return {
    async addPhone({ messenger, name }) {
      await Promise.resolve();
      const phoneId = `p${phones.length + 1}`;
      phones.push({ phoneId, messenger, name, chats: new Map() });
      return { phoneId };
    },
    async join(phoneId, inviteUrl) {
      await Promise.resolve();
      const phone = phoneOf(phoneId);
      const [messenger, code] = (URL.parse(inviteUrl)?.searchParams.get("join") ?? "").split(":");
      const group = [...world.groups.values()].find((one) => one.code === code);
      if (group === undefined || messenger !== phone.messenger) {
        throw new StubRefusal("invalid", "Cannot join: there is no such invite link");
      }
      phone.chats.set(group.view.id, world.join(group.view.id, phone.name, phone.messenger));
      return { chatId: group.view.id };
    },
    async send(phoneId, { chatId, type, text, emoji, target, replyTo }) {
      await Promise.resolve();
      const member = phoneOf(phoneId).chats.get(chatId);
      const group = chatId as GroupId;
      if (member === undefined) throw new StubRefusal("not-found", "Cannot find the chat");
      const content = textContent(plain(text ?? ""));
      const at = target === undefined ? undefined : MessageId.parse(target);
      if (type === "text") {
        const reply = replyTo === undefined ? {} : { replyTo: MessageId.parse(replyTo) };
        return { messageId: world.act(group, { type: "message", member, content, ...reply }) };
      }
      if (at === undefined) throw new StubRefusal("invalid", "Cannot change a message: name it");
      if (type === "edit") return { messageId: world.act(group, { type, member, content, target: at }) };
      if (type === "delete") return { messageId: world.act(group, { type, member, target: at }) };
      if (type !== "reaction") throw new StubRefusal("invalid", "Cannot do that on this phone");
      return { messageId: world.act(group, { type, member, target: at, emoji: emoji ? [emoji] : [] }) };
    },
    async view(phoneId, chatId) {
      await Promise.resolve();
      const phone = phoneOf(phoneId);
      const group = world.groups.get(chatId as GroupId);
      if (group === undefined) throw new StubRefusal("not-found", "Cannot find the chat");
      return { title: group.view.title, messages: group.messages.map((one) => seenBy(phone, group, one)) };
    },
    file: () => Promise.resolve(null),
    phones: () =>
      phones.map((phone) => ({
        ...phone,
        chats: [...phone.chats.keys()].map((chatId) => ({
          chatId,
          title: world.groups.get(chatId as GroupId)?.view.title ?? "",
        })),
      })),
  };
}

function seenBy(phone: StubPhone, group: WorldGroup, message: WorldGroup["messages"][number]): PhoneMessage {
  const { author } = message;
  const native = author.messenger === phone.messenger;
  const words = message.content.type === "text" ? message.content.body.text : "";
  return {
    messageId: message.id,
    from: native ? author.name : "Plenum",
    text: native ? words : `${author.name} (${author.messenger}): ${words}`,
    replyTo: message.replyTo ?? null,
    reactions: Object.entries(message.reactions).flatMap(([member, emoji]) =>
      emoji.map((one) => ({ emoji: one, from: group.members.find((some) => some.id === member)?.name ?? "" }))
    ),
    edited: message.edited,
    deleted: message.deleted,
  };
}
