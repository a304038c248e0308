/** What a message on a simulated phone holds: its file, poll, place or card, and its words. */
import { type Content, NativeId, plain } from "../../actors/model/mod.ts";
import { MediaShown, Place } from "./content.tsx";
import { Icon } from "./icons.tsx";
import type { Html, Page } from "./page.ts";
import type { PhoneMessage } from "../phones.ts";
import { Rich } from "./rich_text.tsx";

/** One message on a phone. */
export interface PhoneContentProps {
  readonly page: Page;
  readonly phoneId: string;
  readonly chatId: string;
  readonly message: PhoneMessage;
  /** Where the phone's forms go. */
  readonly action: string;
}

/** All that it holds. */
export function PhoneContent(props: PhoneContentProps): Html {
  const { message: { text, spans = [] } } = props;
  return (
    <>
      <Held {...props} />
      {text === "" ? null : (
        <p class="text" dir="auto" data-key="text">
          <Rich body={{ text, spans: [...spans] }} />
        </p>
      )}
    </>
  );
}

/** One line of a message, for quotes. */
export function wordsOf(page: Page, message: PhoneMessage): string {
  const { file, viewOnce, poll, location, contact, text } = message;
  const kind = file?.kind ?? viewOnce ?? (poll ? "poll" : location ? "location" : contact ? "contact" : null);
  const words = [text, poll?.question, location?.label, contact?.name].find(Boolean) ?? "";
  return [kind === null ? "" : page.t(`content.${kind}`), words].filter(Boolean).join(": ");
}

function Held(props: PhoneContentProps): Html | null {
  const { page, message } = props;
  const { file, viewOnce, poll, location, contact } = message;
  if (file !== undefined) return <PhoneFile {...props} file={file} />;
  if (poll !== undefined) return <PhonePoll {...props} poll={poll} />;
  if (location !== undefined) return <Place page={page} place={{ type: "location", ...location }} />;
  if (contact !== undefined) return <PhoneCard page={page} contact={contact} />;
  if (viewOnce === undefined) return null;
  const what = page.t(`content.${viewOnce}`);
  return <p class="kind" data-key="once">{page.t("sandbox.view-once", { what })}</p>;
}

type FileProps = PhoneContentProps & { readonly file: NonNullable<PhoneMessage["file"]> };

function PhoneFile({ page, phoneId, chatId, message, file }: FileProps): Html | null {
  const { kind, name, ...facts } = file;
  const media = { native: NativeId.parse("file"), ...facts, ...(name === null ? {} : { name }) };
  const content: Content = { type: "media", kind, media, caption: plain("") };
  const files = `/api/sandbox/phones/${phoneId}/chats/${encodeURIComponent(chatId)}/messages`;
  return (
    <MediaShown
      page={page}
      files={files}
      message={{ id: encodeURIComponent(message.messageId), content }}
    />
  );
}

function PhoneCard(
  { page, contact: { name, phones } }: {
    readonly page: Page;
    readonly contact: NonNullable<PhoneMessage["contact"]>;
  },
): Html {
  return (
    <div class="contact" data-key="contact">
      <p class="kind">
        <Icon name="people" />
        {page.t("content.contact")}
      </p>
      <p class="text" dir="auto">
        <strong>{name}</strong>
      </p>
      {phones.map((phone) => <p class="text" dir="ltr">{phone}</p>)}
    </div>
  );
}

type PollProps = PhoneContentProps & { readonly poll: NonNullable<PhoneMessage["poll"]> };

function PhonePoll(props: PollProps): Html {
  const { page, chatId, message, poll, action } = props;
  const { question, options, multiple, chosen, closed } = poll;
  const open = multiple ? "chat.poll-many" : "chat.poll-one";
  return (
    <form method="post" action={action} class="poll" data-enhance data-key={`poll-${message.messageId}`}>
      <input type="hidden" name="chatId" value={chatId} />
      <input type="hidden" name="target" value={message.messageId} />
      <p class="kind">
        <Icon name="poll" />
        {page.t(closed ? "chat.poll-closed" : open)}
      </p>
      <p class="text poll-question" dir="auto">{question}</p>
      <ol class="poll-options">
        {options.map((text, at) => <Option {...props} at={at} text={text} />)}
      </ol>
      {closed ? null : (
        <p class="row">
          <button type="submit" name="type" value="vote">{page.t("chat.poll-vote")}</button>
          {chosen.length === 0 ? null : (
            <button type="submit" name="type" value="unvote" class="quiet-button">
              {page.t("chat.poll-take-back")}
            </button>
          )}
        </p>
      )}
    </form>
  );
}

function Option(
  { phoneId, message, poll, at, text }: PollProps & { readonly at: number; readonly text: string },
): Html {
  const id = `poll-${phoneId}-${message.messageId}-${at}`;
  const votes = poll.votes[at] ?? 0;
  const most = Math.max(1, ...poll.votes);
  return (
    <li class="poll-option">
      <label for={poll.closed ? undefined : id} class="poll-label">
        {poll.closed ? null : (
          <input
            id={id}
            type={poll.multiple ? "checkbox" : "radio"}
            name="option"
            value={at}
            checked={poll.chosen.includes(at)}
          />
        )}
        <span dir="auto">{text}</span>
        <strong>{votes}</strong>
      </label>
      <progress value={votes} max={most} aria-hidden="true"></progress>
    </li>
  );
}
