/** The conversation: messages with their ticks, reactions and actions, and the box to write in. */
import { type MemberId, type MemberView, MessageId, type MessageView } from "../../actors/model/mod.ts";
import type { AppDeps } from "../deps.ts";
import { Album, togetherIn } from "./album.tsx";
import type { Seat } from "./chat_actions.ts";
import { Composer, type Writing, WRITINGS } from "./composer.tsx";
import type { FormState } from "./forms.ts";
import { Message } from "./message.tsx";
import type { Html, Page, PageContext } from "./page.ts";

/** How many messages a page shows. */
const PAGE_SIZE = 50;

export interface ConversationProps {
  readonly page: Page;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  readonly me: MemberId;
  /** Address of the page that the conversation is on; its actions live below it. */
  readonly base: string;
  /** Address below which the files of messages are. */
  readonly files: string;
  /** What is written instead of a message. */
  readonly writing: Writing | null;
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
  const files = `/api/groups/${group.id}/messages`;
  const asked = state?.form ?? c.req.query("new");
  const writing = WRITINGS.find((one) => one === asked) ?? null;
  return { page, messages, members, me, base, files, writing, replying, editing, state };
}

type SaidProps = ConversationProps & { readonly group: readonly MessageView[] };

function Said({ group, ...props }: SaidProps): Html | null {
  const [first] = group;
  if (first === undefined) return null;
  return group.length > 1
    ? <Album {...props} album={group} first={first} />
    : <Message {...props} message={first} />;
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
          {togetherIn(messages).map((group) => <Said {...props} group={group} />)}
        </ol>
      </div>
      <Composer {...props} />
    </section>
  );
}
