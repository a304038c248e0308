/** What WhatsApp tells of a group: who came and went, its title, picture and description. Pure. */
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import { z } from "zod";
import { ChatId, type Event, type MediaRef, type Person } from "../../actors/model/mod.ts";
import type { DecodeContext } from "./decode.ts";
import { eventIdOf } from "./event_ids.ts";
import { personIdOf, personJid } from "./jids.ts";
import { pictureIdOf } from "./media_ids.ts";
import { numberOf } from "./wire.ts";

const { StubType } = proto.WebMessageInfo;

/** A member, as Baileys writes them into a stub. */
const Member = z.object({
  id: z.string(),
  lid: z.string().optional(),
  phoneNumber: z.string().optional(),
});
type Member = z.infer<typeof Member>;

/** What a stub means; empty for what is none of ours. */
export function decodeStub(stub: WAMessage, context: DecodeContext): Event[] {
  const { key: { remoteJid, id, participant }, messageStubParameters: parameters, messageTimestamp } = stub;
  if (!remoteJid || !id) return [];
  const chat = ChatId.parse(remoteJid);
  const head = { id: eventIdOf(id, chat), chat, at: numberOf(messageTimestamp) * 1000 };
  const actor = stub.participant || participant || null;
  const ours = actor !== null && context.isMe(personJid(actor));
  const author = actor === null ? {} : { author: personOf({ id: actor }, context) };
  const [first] = parameters ?? [];
  switch (stub.messageStubType) {
    case StubType.GROUP_CHANGE_SUBJECT:
      return ours || !first ? [] : [{ ...head, type: "title", title: first, ...author }];
    case StubType.GROUP_CHANGE_ICON:
      return ours ? [] : [{ ...head, type: "icon", media: first ? pictureOf(chat, first) : null, ...author }];
    case StubType.GROUP_CHANGE_DESCRIPTION:
      return ours ? [] : [{ ...head, type: "description", text: first ?? "", ...author }];
    default:
      return membersOf(parameters ?? []).flatMap((member) =>
        membership(member, { head, type: stub.messageStubType ?? 0, ours, context })
      );
  }
}

/** The group's picture is read when somebody wants it: then it may be a newer one. */
function pictureOf(chat: ChatId, id: string): MediaRef {
  return { native: pictureIdOf(chat, id), mime: "image/jpeg", bytes: null };
}

interface Around {
  readonly head: { readonly id: string; readonly chat: ChatId; readonly at: number };
  readonly type: number;
  /** We did it ourselves. */
  readonly ours: boolean;
  readonly context: DecodeContext;
}

function membership(member: Member, { head, type, ours, context }: Around): Event[] {
  const person = personOf(member, context);
  const id = eventIdOf(head.id, person.native);
  const me = jidsOf(member).some((jid) => context.isMe(personJid(jid)));
  switch (type) {
    case StubType.GROUP_PARTICIPANT_ADD:
    case StubType.GROUP_PARTICIPANT_INVITE:
    case StubType.GROUP_PARTICIPANT_ADD_REQUEST_JOIN:
      return me ? [] : [{ ...head, id, type: "join", person }];
    case StubType.GROUP_PARTICIPANT_REMOVE:
    case StubType.GROUP_PARTICIPANT_LEAVE:
      if (!me) return [{ ...head, id, type: "leave", person }];
      // Where we left by ourselves, whoever sent the op knows.
      return ours ? [] : [{ ...head, id, type: "chat-gone", reason: "bridge.kicked" }];
    case StubType.GROUP_PARTICIPANT_PROMOTE:
    case StubType.GROUP_PARTICIPANT_DEMOTE:
      return me ? [{ ...head, id, type: "rights", ready: type === StubType.GROUP_PARTICIPANT_PROMOTE }] : [];
    default:
      return [];
  }
}

/** Without a name: WhatsApp tells it with what they write. */
function personOf(member: Member, { lidOf }: DecodeContext): Person {
  const jid = jidsOf(member).find((jid) => jid.includes("@lid")) ?? member.id;
  return { native: personIdOf(jid, lidOf), name: "" };
}

function jidsOf({ id, lid, phoneNumber }: Member): string[] {
  return [id, lid, phoneNumber].filter((jid) => jid !== undefined);
}

/** Each is JSON; older stubs name the jid alone. */
function membersOf(parameters: readonly string[]): Member[] {
  return parameters.flatMap((parameter) => {
    if (!parameter.startsWith("{")) return parameter.includes("@") ? [{ id: parameter }] : [];
    const member = Member.safeParse(JSON.parse(parameter));
    return member.success ? [member.data] : [];
  });
}
