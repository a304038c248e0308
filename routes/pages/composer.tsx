/** Where one writes: words and files, or a poll, a place, a card. Works without scripts. */
import type { Child } from "hono/jsx";
import type { MessageView } from "../../actors/model/mod.ts";
import { POLL_LIMITS } from "../composing.ts";
import type { ConversationProps } from "./conversation.tsx";
import { errorOf, TEXT_MAX, valueOf } from "./forms.ts";
import { Icon, type IconName } from "./icons.tsx";
import type { Html, Page } from "./page.ts";
import { Field, FieldError } from "./parts.tsx";
import { contentText, excerpt } from "./rich_text.tsx";

/** What can be sent by a form of its own. */
export const WRITINGS = ["poll", "place", "card"] as const;
export type Writing = typeof WRITINGS[number];

const ICONS: Readonly<Record<Writing, IconName>> = { poll: "poll", place: "place", card: "people" };

/** The box to write in, with the form of what is made instead above it. */
export function Composer(props: ConversationProps): Html {
  const { page, base, state, writing } = props;
  const quoted = props.messages.find((one) => one.id === props.replying && !one.deleted);
  const error = errorOf(state, "post", "text") ?? errorOf(state, "post", "");
  if (writing !== null) return <OwnForm {...props} writing={writing} />;
  return (
    <form
      method="post"
      action={`${base}/messages`}
      enctype="multipart/form-data"
      class="composer"
      data-enhance
      data-reset
      data-key="composer"
    >
      {quoted ? <Quoting page={page} message={quoted} base={base} /> : null}
      <FieldError id="post-error" text={error} />
      <output id="chosen" class="chosen" for="post-files" data-text={page.t("chat.files-chosen")} hidden>
      </output>
      <div class="composer-line" data-key="composer-line">
        <Attach page={page} base={base} />
        <label class="hidden" for="post-text">{page.t("chat.write")}</label>
        <textarea
          id="post-text"
          name="text"
          rows={1}
          maxlength={TEXT_MAX}
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

/** The voice box stands before the files: whoever reads the form has to know it by then. */
function Attach({ page, base }: { readonly page: Page; readonly base: string }): Html {
  return (
    <details class="menu attach" data-key="attach">
      <summary class="icon-button" aria-label={page.t("chat.attach")}>
        <Icon name="plus" />
      </summary>
      <div class="menu-box">
        <label class="check" for="post-voice">
          <input id="post-voice" name="voice" type="checkbox" value="yes" />
          <span>{page.t("chat.attach-voice")}</span>
        </label>
        <label class="attach-files" for="post-files">{page.t("chat.attach-files")}</label>
        <input id="post-files" name="file" type="file" multiple data-chosen="chosen" />
        {WRITINGS.map((one) => (
          <a href={`${base}?new=${one}#new-${one}`} data-visit>
            <Icon name={ICONS[one]} />
            {page.t(`chat.new-${one}`)}
          </a>
        ))}
      </div>
    </details>
  );
}

type OwnProps = ConversationProps & { readonly writing: Writing };

function OwnForm(props: OwnProps): Html {
  const { page, base, state, writing } = props;
  return (
    <form
      method="post"
      action={`${base}/${writing}`}
      class="composer own-form"
      data-enhance
      data-key={`new-${writing}`}
    >
      <h3 id={`new-${writing}`} tabindex={-1}>{page.t(`chat.new-${writing}`)}</h3>
      <FieldError id="new-error" text={errorOf(state, writing, "")} />
      <Fields {...props} />
      <p class="row">
        <button type="submit">{page.t("chat.send")}</button>
        <a class="button quiet-button" href={`${base}#post-text`} data-visit>{page.t("chat.cancel")}</a>
      </p>
    </form>
  );
}

function Fields(props: OwnProps): Html {
  const { writing } = props;
  switch (writing) {
    case "poll":
      return <PollFields {...props} />;
    case "place":
      return <PlaceFields {...props} />;
    case "card":
      return <CardFields {...props} />;
    default:
      return writing satisfies never;
  }
}

function PollFields({ page, state }: OwnProps): Html {
  const error = errorOf(state, "poll", "options");
  return (
    <>
      <Field
        form="poll"
        name="question"
        label={page.t("chat.poll-question")}
        state={state}
        maxlength={POLL_LIMITS.question}
      />
      <div class="field">
        <label for="poll-options">{page.t("chat.poll-options")}</label>
        <textarea
          id="poll-options"
          name="options"
          rows={3}
          required
          dir="auto"
          aria-describedby={error === undefined
            ? "poll-options-hint"
            : "poll-options-hint poll-options-error"}
          aria-invalid={error === undefined ? undefined : "true"}
        >
          {valueOf(state, "poll", "options")}
        </textarea>
        <p id="poll-options-hint" class="hint">
          {page.t("chat.poll-options-hint", { max: String(POLL_LIMITS.options) })}
        </p>
        <FieldError id="poll-options-error" text={error} />
      </div>
      <label class="check" for="poll-multiple">
        <input
          id="poll-multiple"
          name="multiple"
          type="checkbox"
          value="yes"
          checked={valueOf(state, "poll", "multiple") === "yes"}
        />
        <span>{page.t("chat.poll-multiple")}</span>
      </label>
    </>
  );
}

function PlaceFields({ page, state }: OwnProps): Html {
  return (
    <>
      <p>
        <button
          type="button"
          class="quiet-button"
          data-locate
          data-denied={page.t("chat.place-denied")}
          hidden
        >
          <Icon name="place" />
          {page.t("chat.place-here")}
        </button>
      </p>
      <Pair>
        <Field
          form="place"
          name="latitude"
          label={page.t("chat.latitude")}
          state={state}
          placeholder="47.65432"
        />
        <Field
          form="place"
          name="longitude"
          label={page.t("chat.longitude")}
          state={state}
          placeholder="9.47321"
        />
      </Pair>
      <Field
        form="place"
        name="label"
        label={page.t("chat.place-label")}
        state={state}
        maxlength={200}
        optional
      />
    </>
  );
}

function CardFields({ page, state }: OwnProps): Html {
  return (
    <>
      <p class="hint">{page.t("chat.card-hint")}</p>
      <Field form="card" name="name" label={page.t("chat.card-name")} state={state} maxlength={100} />
      <Field
        form="card"
        name="phone"
        label={page.t("chat.card-phone")}
        state={state}
        maxlength={39}
        inputmode="tel"
      />
    </>
  );
}

function Pair({ children }: { readonly children: Child }): Html {
  return <div class="pair">{children}</div>;
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
