/** The conversation: messages with their ticks, reactions and actions, and the box to write in. */
import { type MemberId, type MemberView, MessageId, type MessageView } from "../../actors/model/mod.ts";
import type { AppDeps } from "../deps.ts";
import type { Seat } from "./chat_actions.ts";
import { errorOf, type FormState, TEXT_MAX, valueOf } from "./forms.ts";
import { Icon } from "./icons.tsx";
import { Message } from "./message.tsx";
import type { Html, Page, PageContext } from "./page.ts";
import { FieldError } from "./parts.tsx";
import { contentText, excerpt } from "./rich_text.tsx";

/** How many messages a page shows. */
const PAGE_SIZE = 50;

export interface ConversationProps {
  readonly page: Page;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  readonly me: MemberId;
  /** Address of the page that the conversation is on; its actions live below it. */
  readonly base: string;
  /** The message that is being replied to or changed. */
  readonly replying: string | undefined;
  readonly editing: string | undefined;
  readonly state: FormState | undefined;
}

/** What the address of `c` shows of the conversation, to the one in `seat`. */
export async function conversationOf(
  c: PageContext,
  deps: AppDeps,
  seat: Seat,
  state: FormState | undefined,
): Promise<ConversationProps> {
  const { page, group, me, base } = seat;
  const before = MessageId.safeParse(c.req.query("before"));
  const [members, messages] = await Promise.all([
    deps.relay.read.members(group.id),
    deps.relay.read.messages(group.id, {
      limit: PAGE_SIZE,
      ...(before.success ? { before: before.data } : {}),
    }),
  ]);
  const replying = c.req.query("reply");
  const editing = c.req.query("edit") ?? (state?.form === "edit" ? c.req.param("messageId") : undefined);
  return { page, messages, members, me, base, replying, editing, state };
}

/** Messages, newest last, and the composer. */
export function Conversation(props: ConversationProps): Html {
  const { page, messages, base } = props;
  const first = messages[0];
  const older = messages.length >= PAGE_SIZE && first ? `${base}?before=${first.id}#log` : null;
  return (
    <section class="conversation" aria-labelledby="conversation-title" data-key="conversation">
      <h2 id="conversation-title">{page.t("chat.title")}</h2>
      <p id="connection" class="connection" role="status" data-text={page.t("chat.reconnecting")} hidden></p>
      <div
        id="log"
        class="log"
        role="log"
        aria-live="polite"
        aria-label={page.t("chat.log")}
        tabindex={0}
        data-follow
      >
        {older === null ? null : <a class="older" href={older}>{page.t("chat.older")}</a>}
        {messages.length === 0 ? <p class="empty" data-key="empty">{page.t("chat.empty")}</p> : null}
        <ol class="messages" data-key="messages">
          {messages.map((message) => <Message {...props} message={message} />)}
        </ol>
      </div>
      <Composer {...props} />
    </section>
  );
}

function Composer(props: ConversationProps): Html {
  const { page, base, state } = props;
  const quoted = props.messages.find((one) => one.id === props.replying && !one.deleted);
  const error = errorOf(state, "post", "text") ?? errorOf(state, "post", "");
  return (
    <form
      method="post"
      action={`${base}/messages`}
      class="composer"
      data-enhance
      data-reset
      data-key="composer"
    >
      {quoted ? <Quoting page={page} message={quoted} base={base} /> : null}
      <FieldError id="post-error" text={error} />
      <div class="composer-line" data-key="composer-line">
        <label class="hidden" for="post-text">{page.t("chat.write")}</label>
        <textarea
          id="post-text"
          name="text"
          rows={1}
          maxlength={TEXT_MAX}
          required
          dir="auto"
          data-submit-on-enter
          placeholder={page.t("chat.write")}
          aria-invalid={error === undefined ? undefined : "true"}
          aria-describedby={error === undefined ? undefined : "post-error"}
        >
          {valueOf(state, "post", "text")}
        </textarea>
        <button type="submit" class="icon-button primary" aria-label={page.t("chat.send")}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

interface QuotingProps {
  readonly page: Page;
  readonly message: MessageView;
  readonly base: string;
}

function Quoting({ page, message, base }: QuotingProps): Html {
  return (
    <div class="quoting" data-key={`quoting-${message.id}`}>
      <input type="hidden" name="replyTo" value={message.id} />
      <p>
        <strong>{page.t("chat.replying", { name: message.author.name })}</strong>
        <span dir="auto">{excerpt(contentText(page, message.content))}</span>
      </p>
      <a class="icon-button" href={`${base}#post-text`} data-visit aria-label={page.t("chat.reply-cancel")}>
        <Icon name="close" />
      </a>
    </div>
  );
}
