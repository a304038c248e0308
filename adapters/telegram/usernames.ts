/**
 * Whom an `@username` means. Telegram names the person only where they have no username, and lets bots ask for nobody:
 * so it is remembered who has written, reacted or come in under which one. In memory alone, like a phone book on a desk.
 */
import { type Content, type Event, NativeId, type RichText, type Span } from "../../actors/model/mod.ts";
import type { WireUpdate, WireUser } from "./wire.ts";

/** How many are remembered. */
const KNOWN_MAX = 10_000;

/** The usernames of one account's chats. */
export class Usernames {
  readonly #known = new Map<string, NativeId>();

  /** Remembers everybody whom an update shows. */
  learn(update: WireUpdate): void {
    for (const { id, is_bot: bot, username } of shownIn(update)) {
      if (username === undefined || bot) continue;
      const key = username.toLowerCase();
      this.#known.delete(key);
      this.#known.set(key, NativeId.parse(String(id)));
      const [oldest] = this.#known.keys();
      if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    }
  }

  /** `event` with everybody whom its words mean, as far as they are known. */
  named(event: Event): Event {
    if (event.type !== "message" && event.type !== "edit") return event;
    return { ...event, content: this.#content(event.content) };
  }

  #content(content: Content): Content {
    switch (content.type) {
      case "text":
      case "other":
        return { ...content, body: this.#words(content.body) };
      case "media":
        return { ...content, caption: this.#words(content.caption) };
      default:
        return content;
    }
  }

  #words({ text, spans }: RichText): RichText {
    return { text, spans: spans.map((span) => this.#span(span, text)) };
  }

  #span(span: Span, text: string): Span {
    if (span.type !== "mention" || span.person !== undefined) return span;
    const username = text.slice(span.start, span.start + span.length).replace(/^@/, "").toLowerCase();
    const person = this.#known.get(username);
    return person === undefined ? span : { ...span, person };
  }
}

function shownIn(update: WireUpdate): readonly WireUser[] {
  const { message, edited_message, message_reaction, chat_member, poll_answer } = update;
  const all = [
    ...[message, edited_message].flatMap((one) => one === undefined ? [] : [one.from]),
    ...message?.new_chat_members ?? [],
    ...[message_reaction?.user, chat_member?.new_chat_member.user, poll_answer?.user],
  ];
  return all.filter((user) => user !== undefined);
}
