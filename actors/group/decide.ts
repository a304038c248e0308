/** The heart: what one piece of mail does to a group. Pure: the same state, mail and surroundings, the same draft. */
import type {
  Command,
  Content,
  Event,
  Fact,
  GroupId,
  Mail,
  Member,
  MemberId,
  MessageId,
  Messenger,
  NativeId,
  WebAction,
} from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { shownName } from "../render/mod.ts";
import type { GroupState } from "../store/mod.ts";
import * as bridges from "./bridges.ts";
import { showInBrowsers } from "./browser_lines.ts";
import { Draft, type Surroundings } from "./draft.ts";
import * as feedback from "./feedback.ts";
import { type Mentioned, withMentions } from "./mentions.ts";
import { note } from "./notes.ts";
import * as look from "./look.ts";
import { pinned } from "./pins.ts";
import * as timers from "./timers.ts";
import { say } from "./say.ts";
import * as roster from "./roster.ts";
import * as talk from "./talk.ts";
import * as votes from "./votes.ts";
import { WEB } from "./web.ts";

/** @throws {RelayError} where a command is refused: then nothing of it happens */
export function decide(group: GroupId, state: GroupState | null, mail: Mail, around: Surroundings): Draft {
  const draft = new Draft(state, around);
  if (state === null && !(mail.kind === "command" && mail.command.type === "create")) {
    if (mail.kind === "command") throw new RelayError("not-found", "Cannot find this group");
    return draft;
  }
  switch (mail.kind) {
    case "command":
      obey(draft, group, state, mail.command);
      break;
    case "event":
      if (draft.record.endedAt === null || mail.event.type === "chat-gone") {
        hear(draft, mail.messenger, mail.event);
      }
      break;
    case "fact":
      learn(draft, mail.fact);
      break;
    default:
      mail satisfies never;
  }
  showInBrowsers(draft);
  return draft;
}

function learn(draft: Draft, fact: Fact): void {
  if (fact.type === "late") feedback.late(draft, fact);
  else if (fact.type === "unsent") feedback.unsent(draft, fact);
  else if (fact.type === "faded") talk.fade(draft, fact.seconds);
  else bridges.learn(draft, fact);
}

function obey(draft: Draft, group: GroupId, state: GroupState | null, command: Command): void {
  if (command.type === "create") {
    // The same mail can come twice only after a crash between two commits of one group: then it is made.
    if (state === null) bridges.create(draft, group, command, WEB);
    return;
  }
  if (draft.record.endedAt !== null) throw new RelayError("gone", "Cannot change this group as it has ended");
  switch (command.type) {
    case "title":
      return bridges.rename(draft, command.title, null);
    case "end":
      return bridges.end(draft);
    case "add-bridge":
      return bridges.addBridge(draft, command.plan);
    case "remove-bridge":
      return bridges.removeBridge(draft, command.messenger);
    case "rotate":
      return bridges.rotate(draft, command.inviteCode, WEB);
    case "guest":
      return roster.guest(draft, command, WEB);
    case "web":
      draft.answer = act(draft, command.action);
      return;
    case "moderate":
      return roster.moderate(draft, command.member, command.action);
    default:
      command satisfies never;
  }
}

function act(draft: Draft, action: WebAction): MessageId {
  const member = webMember(draft, action.member);
  switch (action.type) {
    case "message":
      if (action.replyTo !== undefined && draft.around.target === null) {
        throw new RelayError("not-found", "Cannot reply as the message is not in this group");
      }
      return say(draft, member, action.content, null) ?? nothing();
    case "edit":
      return talk.edit(draft, member, action.content, null);
    case "delete":
      return talk.remove(draft, member);
    case "reaction":
      return talk.react(draft, member, action.emoji);
    case "vote":
      return votes.vote(draft, member, action.options);
    case "close-poll":
      return votes.close(draft, member);
    default:
      action satisfies never;
      return nothing();
  }
}

function nothing(): never {
  throw new RelayError("invalid", "Cannot do this from the browser");
}

function webMember(draft: Draft, id: MemberId): Member {
  const member = draft.member(id);
  if (member === null || member.leftAt !== null || member.messenger !== WEB) {
    throw new RelayError("forbidden", "Cannot write in this group as you are not in it");
  }
  if (member.muted) throw new RelayError("forbidden", "Cannot write in this group as you are muted");
  return member;
}

function hear(draft: Draft, messenger: Messenger, event: Event): void {
  const bridge = draft.bridge(messenger);
  if (bridge === null) return;
  switch (event.type) {
    case "join":
      return roster.join(draft, messenger, event.person);
    case "leave":
      return roster.leave(draft, messenger, event.person);
    case "title":
      return bridges.renamed(draft, messenger, event.title, event.author);
    case "adopted":
    case "rights":
      return bridges.rights(draft, bridge, event);
    case "chat-gone":
      return bridges.chatGone(draft, bridge, event.reason);
    case "chat-moved":
      return bridges.chatMoved(draft, bridge, event.to);
    case "note":
      return note(draft, messenger, event);
    case "vote":
      return votes.hearVote(draft, messenger, event);
    case "poll-closed":
      return votes.hearClosed(draft, messenger, event);
    case "description":
      return look.described(draft, messenger, event);
    case "icon":
      return look.pictured(draft, messenger, event);
    case "timer":
      return timers.timed(draft, messenger, event);
    case "pin":
      return pinned(draft, messenger, event);
    default:
      return hearTalk(draft, messenger, event);
  }
}

/** Events about messages. One that refers to an unknown message, or forges another's, changes nothing. */
function hearTalk(
  draft: Draft,
  messenger: Messenger,
  event: Extract<Event, { type: "message" | "edit" | "delete" | "reaction" }>,
): void {
  const { author } = event;
  if (author === undefined) {
    return hearGone(draft, messenger, event.type === "delete" && event.quiet === true);
  }
  const member = roster.author(draft, messenger, author);
  if (member === null) return;
  const known = (content: Content): Content =>
    withMentions(content, (person) => whoIs(draft, messenger, person));
  if (event.type === "message") {
    say(draft, member, known(event.content), event.native ?? null);
    return;
  }
  const { target } = draft.around;
  // What people do with a line of ours stays where they did it.
  if (target === null || target.entry.author === null) return;
  const mine = target.entry.author === member.id;
  if (event.type === "edit" && mine) talk.edit(draft, member, known(event.content), event.alias ?? null);
  if (event.type === "delete" && (mine || member.admin)) {
    talk.remove(draft, member, { quiet: event.quiet });
  }
  if (event.type === "reaction") talk.react(draft, member, event.emoji);
}

/**
 * A message is gone, and the messenger does not say who took it away. Where it was written there, that was somebody who
 * may; where it is only our copy of one from elsewhere, that one stays. Our own deletes come back so, too.
 */
function hearGone(draft: Draft, messenger: Messenger, quiet: boolean): void {
  const { target } = draft.around;
  if (target === null || target.entry.author === null || target.entry.messenger !== messenger) return;
  const author = draft.member(target.entry.author);
  if (author === null || target.history?.deleted === true) return;
  // Where messages disappear by themselves that is most likely what has happened.
  talk.remove(draft, author, { quiet: quiet || timers.strictest(draft.record) > 0 });
}

/** Whom a messenger means by a mention. Nobody becomes a member by being mentioned. */
function whoIs(draft: Draft, messenger: Messenger, person: NativeId): Mentioned {
  const member = roster.memberIdOf(draft, messenger, person);
  const name = shownName(draft.member(member)?.name ?? "");
  return { member, name: name === "" ? roster.guestName(draft, messenger, member) : name };
}

/** The message that mail refers to, by native id or by ours. */
export function targetOf(mail: Mail): { readonly native: string } | { readonly message: MessageId } | null {
  if (mail.kind === "command" && mail.command.type === "web") {
    const { action } = mail.command;
    const message = action.type === "message" ? action.replyTo : action.target;
    return message === undefined ? null : { message };
  }
  if (mail.kind === "fact") return "message" in mail.fact ? { message: mail.fact.message } : null;
  if (mail.kind !== "event") return null;
  const { event } = mail;
  if (event.type === "message") return event.replyTo ?? null;
  return "target" in event ? event.target : null;
}
