/**
 * The simulated phones: what people do on them and what they see there. The shape that the routes ask for, with
 * two more things that somebody can do to a chat (`leave`, `removeAccount`).
 */
import { ChatId } from "../../actors/model/mod.ts";
import type { MediaStream } from "../../actors/ports/mod.ts";
import { type Network, PHONES_MAX } from "./network.ts";
import { perform, type PhoneOrder } from "./phone_orders.ts";
import { head, SandboxError, saved, type Scene, tell, visible } from "./phone_scene.ts";
import { ICON, type SeenChat, seenChat } from "./phone_view.ts";
import type { Phone } from "./records.ts";

/** A phone and the chats on it. */
export interface ListedPhone {
  readonly phoneId: string;
  readonly messenger: string;
  readonly name: string;
  readonly chats: readonly { readonly chatId: string; readonly title: string }[];
}

const NAME_MAX = 60;

export class Phones {
  readonly #networks: readonly Network[];

  constructor(networks: readonly Network[]) {
    this.#networks = networks;
  }

  async addPhone(input: { readonly messenger: string; readonly name: string }): Promise<{ phoneId: string }> {
    const network = this.#networks.find(({ traits }) => traits.messenger === input.messenger);
    if (network === undefined) {
      const wanted = this.#networks.map(({ traits }) => traits.messenger).join(", ");
      throw new SandboxError("invalid", `Cannot add a phone as its messenger must be one of: ${wanted}`);
    }
    const name = phoneName(input.name);
    await network.load();
    if (network.phones.length >= PHONES_MAX) {
      throw new SandboxError("invalid", `Cannot add a phone as there are ${PHONES_MAX} already`);
    }
    const phone = network.addPhone(name);
    await saved(network);
    return { phoneId: phone.phoneId };
  }

  /** Opens an invite link on a phone. To be in the chat already is fine. */
  async join(phoneId: string, inviteUrl: string): Promise<{ chatId: string }> {
    const { network, phone } = await this.#phone(phoneId);
    const chat = await network.invited(codeIn(inviteUrl, network));
    if (chat === null) {
      throw new SandboxError("not-found", "Cannot join as this link has ended or never led anywhere");
    }
    if (chat.member(phone.native) !== null) return { chatId: chat.id };
    const { membersMax } = network.traits.capabilities;
    // Our account is one of them.
    if (membersMax !== null && chat.record.members.length + 1 >= membersMax) {
      throw new SandboxError(
        "invalid",
        `Cannot join as the chat has all the ${membersMax} members it can have`,
      );
    }
    chat.join(phone);
    network.setChats(phone, [...phone.chats.filter((id) => id !== chat.id), chat.id]);
    const person = { native: phone.native, name: phone.name };
    await tell(network, chat, { ...head(chat, network.host.now()), type: "join", person });
    return { chatId: chat.id };
  }

  async leave(phoneId: string, chatId: string): Promise<void> {
    const { network, phone, chat, now } = await this.#scene(phoneId, chatId);
    chat.leave(phone.native);
    network.setChats(phone, phone.chats.filter((id) => id !== chat.id));
    const person = { native: phone.native, name: phone.name };
    await tell(network, chat, { ...head(chat, now), type: "leave", person });
  }

  /** What an administrator on a phone can do: puts our account out of the chat. */
  async removeAccount(phoneId: string, chatId: string): Promise<void> {
    const { network, chat, now } = await this.#scene(phoneId, chatId);
    if (!chat.record.present) return;
    network.endInvite(chat);
    chat.change({ present: false });
    await network.inbox.add({ ...head(chat, now), type: "chat-gone", reason: "bridge.kicked" });
  }

  /** Resolves when the relay has what was sent, or nobody of it is there to be told. */
  async send(phoneId: string, order: PhoneOrder): Promise<{ messageId: string }> {
    return await perform(await this.#scene(phoneId, order.chatId), order);
  }

  async view(phoneId: string, chatId: string): Promise<SeenChat> {
    return seenChat(await this.#scene(phoneId, chatId));
  }

  /** A file that the phone shows: of a message, or the picture of the chat (`icon`). Null where it is gone. */
  async file(phoneId: string, chatId: string, messageId: string): Promise<MediaStream | null> {
    const scene = await this.#scene(phoneId, chatId);
    const media = messageId === ICON ? scene.chat.record.icon : visible(scene, messageId).file?.media;
    return media === undefined ? null : scene.network.files.open(media.native);
  }

  /** Newest last. */
  phones(): ListedPhone[] {
    const all = this.#networks.flatMap((network) => network.phones.map((phone) => ({ network, phone })));
    return all.toSorted((a, b) => a.phone.createdAt - b.phone.createdAt).map(({ network, phone }) => ({
      phoneId: phone.phoneId,
      messenger: network.traits.messenger,
      name: phone.name,
      chats: phone.chats.map((chatId) => ({ chatId, title: network.titleOf(chatId) })),
    }));
  }

  async #phone(phoneId: string): Promise<{ network: Network; phone: Phone }> {
    for (const network of this.#networks) {
      // A messenger whose account is not open (yet) must not hold the phones of the others.
      if (!network.open) continue;
      await network.load();
      const phone = network.phone(phoneId);
      if (phone !== null) return { network, phone };
    }
    throw new SandboxError("not-found", "Cannot find this phone");
  }

  async #scene(phoneId: string, chatId: string): Promise<Scene> {
    const { network, phone } = await this.#phone(phoneId);
    const id = ChatId.safeParse(chatId).data;
    const chat = id === undefined ? null : await network.chat(id);
    const member = chat?.member(phone.native) ?? null;
    if (chat === null || member === null) {
      throw new SandboxError("not-found", "Cannot find this chat on this phone");
    }
    return { network, phone, chat, member, now: network.host.now() };
  }
}

function phoneName(name: string): string {
  const clean = name.normalize("NFC").trim().replaceAll(/\s+/g, " ");
  if (clean === "" || clean.length > NAME_MAX || /[\p{Cc}\p{Bidi_Control}]/u.test(clean)) {
    throw new SandboxError(
      "invalid",
      `Cannot add a phone as its name must have 1 to ${NAME_MAX} plain characters: ` +
        `current length is ${clean.length}`,
    );
  }
  return clean;
}

/** What follows the messenger in a link. @throws {SandboxError} where it is none for this phone */
function codeIn(inviteUrl: string, { traits }: Network): string {
  const asked = URL.parse(inviteUrl.trim(), "http://localhost")?.searchParams.get("join") ?? "";
  const [messenger, code = ""] = asked.split(":", 2);
  if (messenger === undefined || !/^[a-z]+$/.test(messenger) || !/^[\w-]{8,64}$/.test(code)) {
    throw new SandboxError(
      "invalid",
      "Cannot join as this is not a link of the sandbox: copy it from the invite page",
    );
  }
  if (messenger === traits.messenger) return code;
  throw new SandboxError(
    "invalid",
    `Cannot join as the link must be for ${traits.messenger}, as the phone is: it is for another messenger`,
  );
}
