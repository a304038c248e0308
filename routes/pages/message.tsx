/** One message of a conversation. */
import type { DeliveryStatus, MemberId, MessageView } from "../../actors/model/mod.ts";
import { MessageContent, type MessageProps } from "./content.tsx";
import { errorOf, TEXT_MAX, valueOf } from "./forms.ts";
import { Badge, Icon, type IconName } from "./icons.tsx";
import { type Html, messengerName, type Page } from "./page.ts";
import { FieldError } from "./parts.tsx";
import { contentText, excerpt } from "./rich_text.tsx";

/** Offered at a touch; all three messengers carry them natively. */
const QUICK_REACTIONS = ["👍", "❤", "🤣", "🎉", "😢", "🙏"] as const;

/** A message with who wrote it, what it answers, its reactions, and how far it has come. */
export function Message(props: MessageProps): Html {
  const { page, message, me } = props;
  if (message.notice === true) return <NoticeLine {...props} />;
  const own = message.author.member === me;
  const editing = own && props.editing === message.id && !message.deleted;
  return (
    <li id={`m-${message.id}`} class={own ? "message own" : "message"} data-key={message.id}>
      <Head page={page} message={message} />
      <div class="bubble" data-key={editing ? "bubble-edit" : "bubble"}>
        <QuoteOf {...props} />
        {message.deleted
          ? <p class="text deleted">{page.t("chat.deleted")}</p>
          : editing
          ? <EditForm {...props} />
          : <MessageContent {...props} />}
      </div>
      {message.deleted ? null : <Reactions {...props} />}
      {message.deleted ? null : <Actions {...props} own={own} />}
      <Delivery page={page} delivery={message.delivery} />
    </li>
  );
}

/** A line of ours. */
function NoticeLine({ page, message }: MessageProps): Html {
  const text = contentText(page, message.content);
  return (
    <li id={`m-${message.id}`} class="message notice" data-key={message.id}>
      <p class="quiet">
        {message.replyTo === undefined
          ? <span dir="auto">{text}</span>
          : <a href={`#m-${message.replyTo}`} dir="auto">{text}</a>} <Time at={message.at} />
      </p>
    </li>
  );
}

/** Who said it, where and when. */
export function Head({ page, message }: { readonly page: Page; readonly message: MessageView }): Html {
  return (
    <p class="message-head">
      <Badge messenger={message.author.messenger} />
      <strong dir="auto">{message.author.name}</strong>
      <span class="quiet">{messengerName(page, message.author.messenger)}</span>
      <Time at={message.at} />
      {message.edited && !message.deleted ? <span class="quiet">{page.t("chat.edited")}</span> : null}
    </p>
  );
}

/** The clock of the reader is put in by a script; without one it says UTC. */
export function Time({ at }: { readonly at: number }): Html {
  const iso = new Date(at).toISOString();
  return <time class="quiet" datetime={iso}>{iso.slice(11, 16)} UTC</time>;
}

/** What it answers. */
export function QuoteOf({ page, message, messages }: MessageProps): Html | null {
  if (message.replyTo === undefined || message.deleted) return null;
  const target = messages.find((one) => one.id === message.replyTo);
  if (target === undefined) return <p class="quote">{page.t("chat.reply-unknown")}</p>;
  const text = target.deleted ? page.t("chat.deleted") : excerpt(contentText(page, target.content));
  return (
    <a class="quote" href={`#m-${target.id}`}>
      <strong dir="auto">{target.author.name}</strong>
      <span dir="auto">{text}</span>
    </a>
  );
}

/** Changes the text of a message, or the words under its file. */
export function EditForm({ page, message, base, state }: MessageProps): Html {
  const { content } = message;
  const isFile = content.type === "media";
  const error = errorOf(state, "edit", "text") ?? errorOf(state, "edit", "");
  const text = valueOf(state, "edit", "text", isFile ? content.caption.text : contentText(page, content));
  return (
    <form
      method="post"
      action={`${base}/messages/${message.id}/edit`}
      class="edit"
      data-enhance
      data-key={`edit-${message.id}`}
    >
      <label class="hidden" for={`edit-${message.id}`}>{page.t("chat.edit-label")}</label>
      <textarea
        id={`edit-${message.id}`}
        name="text"
        rows={2}
        maxlength={TEXT_MAX}
        required={!isFile}
        dir="auto"
        autofocus
        data-submit-on-enter
        aria-invalid={error === undefined ? undefined : "true"}
        aria-describedby={error === undefined ? undefined : `edit-${message.id}-error`}
      >
        {text}
      </textarea>
      <FieldError id={`edit-${message.id}-error`} text={error} />
      <p class="row">
        <button type="submit">{page.t("chat.save")}</button>
        <a class="button quiet-button" href={`${base}#m-${message.id}`} data-visit>{page.t("chat.cancel")}</a>
      </p>
    </form>
  );
}

/** Who reacted how. */
export function Reactions({ page, message, members, me, base }: MessageProps): Html | null {
  const byEmoji = reactionsOf(message);
  if (byEmoji.size === 0) return null;
  const names = new Map<string, string>(members.map((one) => [one.id, one.name]));
  return (
    <form
      method="post"
      action={`${base}/messages/${message.id}/react`}
      class="reactions"
      data-enhance
      data-key="reactions"
    >
      {[...byEmoji].map(([emoji, who]) => {
        const mine = who.includes(me);
        const people = who.map((one) => names.get(one) ?? page.t("chat.somebody")).join(", ");
        return (
          <button
            type="submit"
            name="emoji"
            value={mine ? "" : emoji}
            aria-pressed={mine ? "true" : "false"}
            class="reaction"
            data-key={emoji}
            title={people}
            aria-label={page.t("chat.reaction-by", { emoji, people })}
          >
            {emoji} <span>{who.length}</span>
          </button>
        );
      })}
    </form>
  );
}

function reactionsOf(message: MessageView): Map<string, MemberId[]> {
  const byEmoji = new Map<string, MemberId[]>();
  for (const [member, emoji] of Object.entries(message.reactions)) {
    for (const one of emoji) byEmoji.set(one, [...byEmoji.get(one) ?? [], member as MemberId]);
  }
  return byEmoji;
}

/** What can be done with it. */
export function Actions({ page, message, base, own }: MessageProps & { readonly own: boolean }): Html {
  const at = `${base}/messages/${message.id}`;
  const name = message.author.name;
  return (
    <details class="menu" data-key="menu">
      <summary class="icon-button" aria-label={page.t("chat.actions", { name })}>
        <Icon name="more" />
      </summary>
      <div class="menu-box">
        <form method="post" action={`${at}/react`} class="quick" data-enhance>
          <QuickReactions page={page} />
        </form>
        <a href={`${base}?reply=${message.id}#post-text`} data-visit>
          <Icon name="reply" />
          {page.t("chat.reply")}
        </a>
        {own
          ? (
            <OwnActions
              page={page}
              at={at}
              edit={hasWords(message) ? `${base}?edit=${message.id}#m-${message.id}` : null}
            />
          )
          : null}
      </div>
    </details>
  );
}

interface OwnProps {
  readonly page: Page;
  readonly at: string;
  /** Null: there are no words to change. */
  readonly edit: string | null;
}

function hasWords({ content }: MessageView): boolean {
  return content.type === "text" || content.type === "media";
}

function OwnActions({ page, at, edit }: OwnProps): Html {
  return (
    <>
      {edit === null ? null : (
        <a href={edit} data-visit>
          <Icon name="pencil" />
          {page.t("chat.edit")}
        </a>
      )}
      <form method="post" action={`${at}/delete`} data-enhance>
        <button type="submit" class="plain">
          <Icon name="trash" />
          {page.t("chat.delete")}
        </button>
      </form>
    </>
  );
}

const TICKS: Readonly<Record<DeliveryStatus, IconName>> = {
  waiting: "clock",
  delivered: "check",
  failed: "warning",
};

interface DeliveryProps {
  readonly page: Page;
  readonly delivery: MessageView["delivery"];
}

/** How far it has come on each messenger. */
export function Delivery({ page, delivery }: DeliveryProps): Html | null {
  const bridges = Object.entries(delivery).filter(([messenger]) => messenger !== "web");
  if (bridges.length === 0) return null;
  return (
    <ul class="ticks" data-key="ticks" aria-label={page.t("chat.delivery")}>
      {bridges.map(([messenger, status]) => (
        <li class={`tick tick-${status}`} data-key={messenger}>
          <Icon name={TICKS[status]} />
          {messengerName(page, messenger)}
          <span class="hidden">{page.t(`delivery.${status}`)}</span>
        </li>
      ))}
    </ul>
  );
}

/** A button for each of the usual reactions; the form around them says what they are for. */
export function QuickReactions({ page, count }: { readonly page: Page; readonly count?: number }): Html {
  return (
    <>
      {QUICK_REACTIONS.slice(0, count).map((emoji) => (
        <button
          type="submit"
          class="icon-button"
          name="emoji"
          value={emoji}
          aria-label={page.t("chat.react", { emoji })}
        >
          {emoji}
        </button>
      ))}
    </>
  );
}
