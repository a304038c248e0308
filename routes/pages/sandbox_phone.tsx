/** One simulated phone: its chats, the open chat, and the box to write in. */
import type { PhoneMessage, SandboxPhones } from "../phones.ts";
import type { FormState } from "./forms.ts";
import { QuickReactions } from "./message.tsx";
import { Badge, Icon } from "./icons.tsx";
import { type Html, messengerName, type Page } from "./page.ts";
import { Field } from "./parts.tsx";
import { PhoneComposer } from "./phone_composer.tsx";
import { PhoneContent, wordsOf } from "./phone_content.tsx";
import { excerpt } from "./rich_text.tsx";

type PhoneView = ReturnType<SandboxPhones["phones"]>[number];

interface OpenChat {
  readonly chatId: string;
  readonly title: string;
  readonly messages: readonly PhoneMessage[];
}

export interface PhoneProps {
  readonly page: Page;
  readonly phone: PhoneView;
  readonly chat: OpenChat | null;
  readonly replying: PhoneMessage | undefined;
  readonly editing: PhoneMessage | undefined;
  /** A poll is being made. */
  readonly polling: boolean;
  /** Put into the join form when this page was opened by an invite link for this messenger. */
  readonly inviteUrl: string;
  /** The query of the page with some parameters changed. */
  readonly query: (changes: Readonly<Record<string, string | null>>) => string;
  readonly state: FormState | undefined;
}

/** A phone that shows a chat. */
export type ChatProps = PhoneProps & { readonly chat: OpenChat };

/** A phone of one person on one messenger. */
export function Phone(props: PhoneProps): Html {
  const { page, phone, chat } = props;
  const { phoneId } = phone;
  return (
    <section
      id={`phone-${phoneId}`}
      class="phone"
      data-key={phoneId}
      data-phone={phoneId}
      data-messenger={phone.messenger}
      aria-labelledby={`phone-name-${phoneId}`}
    >
      <header class="phone-top">
        <Badge messenger={phone.messenger} />
        <h2 id={`phone-name-${phoneId}`} dir="auto">{phone.name}</h2>
        <span class="quiet">{messengerName(page, phone.messenger)}</span>
      </header>
      {phone.chats.length > 1 ? <ChatList {...props} /> : null}
      {chat === null ? <p class="empty">{page.t("sandbox.no-chat")}</p> : <Chat {...props} chat={chat} />}
      {chat === null
        ? <Join {...props} />
        : (
          <details class="join-more" data-key="join-more" open={props.inviteUrl !== ""}>
            <summary>{page.t("sandbox.join-other")}</summary>
            <Join {...props} />
          </details>
        )}
    </section>
  );
}

function ChatList({ page, phone, chat, query }: PhoneProps): Html {
  return (
    <nav class="chats" aria-label={page.t("sandbox.chats", { name: phone.name })} data-key="chats">
      {phone.chats.map((one) => (
        <a
          href={`/sandbox${query({ [`chat-${phone.phoneId}`]: one.chatId })}#phone-${phone.phoneId}`}
          data-visit
          data-key={one.chatId}
          aria-current={one.chatId === chat?.chatId ? "true" : undefined}
        >
          {one.title}
        </a>
      ))}
    </nav>
  );
}

function Join({ page, phone, inviteUrl, query, state }: PhoneProps): Html {
  const form = `join-${phone.phoneId}`;
  return (
    <form
      method="post"
      action={`/sandbox/phones/${phone.phoneId}/join${query({})}`}
      class="join"
      data-enhance
      data-reset
      data-key="join"
    >
      <Field form={form} name="inviteUrl" label={page.t("sandbox.paste")} value={inviteUrl} state={state} />
      <button type="submit" class="quiet-button">{page.t("sandbox.join")}</button>
    </form>
  );
}

function Chat(props: ChatProps): Html {
  const { page, phone, chat } = props;
  return (
    <div class="phone-chat" data-key={chat.chatId}>
      <h3 dir="auto">{chat.title}</h3>
      <div
        class="log"
        role="log"
        aria-live="polite"
        tabindex={0}
        data-follow
        data-key="log"
        aria-label={page.t("sandbox.log", { name: phone.name })}
      >
        {chat.messages.length === 0 ? <p class="empty" data-key="empty">{page.t("chat.empty")}</p> : null}
        <ol class="messages" data-key="messages">
          {chat.messages.map((message) => <PhoneLine {...props} message={message} />)}
        </ol>
      </div>
      <PhoneComposer {...props} />
    </div>
  );
}

type LineProps = ChatProps & { readonly message: PhoneMessage };

function PhoneLine(props: LineProps): Html {
  const { page, phone, chat, message, query } = props;
  const own = message.from === phone.name;
  const quoted = chat.messages.find((one) => one.messageId === message.replyTo);
  return (
    <li class={own ? "message own" : "message"} data-key={message.messageId} data-message={message.messageId}>
      {own ? null : (
        <p class="message-head" data-key="head">
          <strong dir="auto">{message.from}</strong>
        </p>
      )}
      <div class="bubble" data-key="bubble">
        {quoted && !message.deleted
          ? (
            <p class="quote" data-key="quote">
              <strong dir="auto">{quoted.from}</strong>
              <span dir="auto">
                {quoted.deleted ? page.t("chat.deleted") : excerpt(wordsOf(page, quoted))}
              </span>
            </p>
          )
          : null}
        {message.deleted
          ? <p class="text deleted" data-key="deleted">{page.t("chat.deleted")}</p>
          : (
            <PhoneContent
              page={page}
              phoneId={phone.phoneId}
              chatId={chat.chatId}
              message={message}
              action={`/sandbox/phones/${phone.phoneId}/send${query({})}`}
            />
          )}
        {message.pinned === true && !message.deleted
          ? <span class="quiet" data-key="pinned">{page.t("sandbox.pinned")}</span>
          : null}
        {message.edited && !message.deleted
          ? <span class="quiet" data-key="edited">{page.t("chat.edited")}</span>
          : null}
      </div>
      {message.reactions.length > 0 && !message.deleted
        ? (
          <p class="reactions" data-key="reactions">
            {message.reactions.map(({ emoji, from }) => <span class="reaction" title={from}>{emoji}</span>)}
          </p>
        )
        : null}
      {message.deleted ? null : <LineActions {...props} own={own} />}
    </li>
  );
}

function LineActions(
  { page, phone, chat, message, query, own }: LineProps & { readonly own: boolean },
): Html {
  const { phoneId } = phone;
  const id = `${phoneId}:${message.messageId}`;
  const focus = `#send-${phoneId}-text`;
  return (
    <details class="menu" data-key="menu">
      <summary class="icon-button" aria-label={page.t("chat.actions", { name: message.from })}>
        <Icon name="more" />
      </summary>
      <form
        method="post"
        action={`/sandbox/phones/${phoneId}/send${query({})}`}
        class="menu-box"
        data-enhance
      >
        <input type="hidden" name="chatId" value={chat.chatId} />
        <input type="hidden" name="target" value={message.messageId} />
        <p class="quick">
          <QuickReactions page={page} count={4} />
        </p>
        <a href={`/sandbox${query({ reply: id, edit: null })}${focus}`} data-visit>
          <Icon name="reply" />
          {page.t("chat.reply")}
        </a>
        {own
          ? (
            <>
              {hasWords(message)
                ? (
                  <a href={`/sandbox${query({ edit: id, reply: null })}${focus}`} data-visit>
                    <Icon name="pencil" />
                    {page.t("chat.edit")}
                  </a>
                )
                : null}
              <button type="submit" class="plain" name="type" value="delete">
                <Icon name="trash" />
                {page.t("chat.delete")}
              </button>
            </>
          )
          : null}
      </form>
    </details>
  );
}

function hasWords({ poll, location, contact, viewOnce }: PhoneMessage): boolean {
  return poll === undefined && location === undefined && contact === undefined && viewOnce === undefined;
}
