/** What browser members do in a group of the fake relay. */
import type { Content, MessageId, MessageView, WebAction } from "../../actors/model/mod.ts";
import { RelayError } from "../../actors/ports/mod.ts";
import type { FakeGroup } from "./relay.ts";

/** Carries `action` out and answers the message that it made or changed. */
export function actIn(group: FakeGroup, action: WebAction, newId: MessageId): MessageView {
  if (action.type === "message") return post(group, action, newId);
  const index = group.messages.findIndex(({ id }) => id === action.target);
  const before = group.messages[index];
  if (before === undefined) throw new RelayError("not-found", "Cannot find the message");
  const after = changed(before, action);
  group.messages[index] = after;
  return after;
}

function post(group: FakeGroup, action: WebAction & { type: "message" }, id: MessageId): MessageView {
  const author = group.members.get(action.member);
  if (author === undefined) throw new RelayError("not-found", "Cannot find the member");
  if (action.replyTo !== undefined && !group.messages.some((one) => one.id === action.replyTo)) {
    throw new RelayError("not-found", "Cannot find the message that is replied to");
  }
  const others = group.view.bridges.filter(({ messenger }) => messenger !== "web");
  const message: MessageView = {
    v: 1,
    id,
    at: Date.now(),
    author: { member: author.id, name: author.name, messenger: author.messenger },
    content: action.content,
    ...(action.replyTo === undefined ? {} : { replyTo: action.replyTo }),
    reactions: {},
    edited: false,
    deleted: false,
    delivery: Object.fromEntries(others.map(({ messenger }) => [messenger, "waiting" as const])),
  };
  group.messages.push(message);
  return message;
}

function changed(before: MessageView, action: Exclude<WebAction, { type: "message" }>): MessageView {
  if (action.type === "reaction") {
    return { ...before, reactions: { ...before.reactions, [action.member]: action.emoji } };
  }
  if (action.type === "vote") return polled(before, action);
  if (before.author.member !== action.member) {
    throw new RelayError("forbidden", "Cannot change another's message");
  }
  if (action.type === "close-poll") return polled(before, action);
  if (action.type === "edit") return { ...before, content: action.content, edited: true };
  return { ...before, content: { type: "text", body: { text: "", spans: [] } }, deleted: true };
}

/** A poll after a vote, or after its end. */
export function polled(
  before: MessageView,
  action: WebAction & { type: "vote" | "close-poll" },
): MessageView {
  const poll = pollIn(before);
  if (action.type === "close-poll") return { ...poll, closed: true };
  const { member, options } = action;
  const known = poll.content.options.length;
  if (options.some((one) => one >= known) || !poll.content.multiple && options.length > 1) {
    throw new RelayError("invalid", "Cannot vote so as the poll must have these options: it does not");
  }
  const { [member]: _before, ...others } = poll.votes ?? {};
  return { ...poll, votes: options.length === 0 ? others : { ...others, [member]: options } };
}

function pollIn(message: MessageView): MessageView & { readonly content: Content & { type: "poll" } } {
  const { content, closed } = message;
  if (content.type !== "poll") throw new RelayError("invalid", "Cannot vote in this message: it is no poll");
  if (closed === true) throw new RelayError("conflict", "Cannot vote as the poll has ended");
  return { ...message, content };
}
