/** Where one writes on a simulated phone: words and files, or a poll. Works without scripts. */
import { errorOf, valueOf } from "./forms.ts";
import { Icon } from "./icons.tsx";
import type { Html } from "./page.ts";
import { Field, FieldError } from "./parts.tsx";
import { wordsOf } from "./phone_content.tsx";
import type { PhoneMessage } from "../phones.ts";
import { excerpt } from "./rich_text.tsx";
import type { ChatProps } from "./sandbox_phone.tsx";

/** The box to write in, or the form of a poll in its place. */
export function PhoneComposer(props: ChatProps): Html {
  const { page, phone, chat, replying, editing, query, state, polling } = props;
  const { phoneId } = phone;
  const form = `send-${phoneId}`;
  const id = `${form}-text`;
  const error = errorOf(state, form, "text") ?? errorOf(state, form, "");
  const target = editing ?? replying;
  const text = valueOf(state, form, "text", editing?.text ?? "");
  if (polling) return <PollForm {...props} />;
  return (
    <form
      method="post"
      action={`/sandbox/phones/${phoneId}/send${query({})}`}
      enctype="multipart/form-data"
      class="composer"
      data-enhance
      data-reset
      data-key={editing === undefined ? "composer" : `edit-${editing.messageId}`}
    >
      <input type="hidden" name="chatId" value={chat.chatId} />
      <input type="hidden" name="type" value={editing === undefined ? "text" : "edit"} />
      {editing ? <input type="hidden" name="target" value={editing.messageId} /> : null}
      {replying && !editing ? <input type="hidden" name="replyTo" value={replying.messageId} /> : null}
      {target ? <Quoting {...props} target={target} /> : null}
      <FieldError id={`${id}-error`} text={error} />
      <output id={`chosen-${phoneId}`} class="chosen" data-text={page.t("chat.files-chosen")} hidden></output>
      <div class="composer-line" data-key="composer-line">
        {editing === undefined ? <Attach {...props} /> : null}
        <label class="hidden" for={id}>{page.t("sandbox.write", { name: phone.name })}</label>
        <textarea
          id={id}
          name="text"
          rows={1}
          dir="auto"
          data-submit-on-enter
          placeholder={page.t("chat.write")}
          aria-invalid={error === undefined ? undefined : "true"}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
        >
          {text}
        </textarea>
        <button type="submit" class="icon-button primary" aria-label={page.t("chat.send")}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function Attach({ page, phone, query }: ChatProps): Html {
  const { phoneId } = phone;
  const id = `files-${phoneId}`;
  return (
    <details class="menu attach" data-key="attach">
      <summary class="icon-button" aria-label={page.t("chat.attach")}>
        <Icon name="plus" />
      </summary>
      <div class="menu-box">
        <label class="attach-files" for={id}>{page.t("chat.attach-files")}</label>
        <input id={id} name="file" type="file" multiple data-chosen={`chosen-${phoneId}`} />
        <a href={`/sandbox${query({ poll: phoneId })}#poll-${phoneId}`} data-visit>
          <Icon name="poll" />
          {page.t("chat.new-poll")}
        </a>
      </div>
    </details>
  );
}

function PollForm(props: ChatProps): Html {
  const { page, phone, chat, query, state } = props;
  const { phoneId } = phone;
  const form = `poll-${phoneId}`;
  const id = `${form}-options`;
  const error = errorOf(state, form, "options") ?? errorOf(state, form, "");
  return (
    <form
      method="post"
      action={`/sandbox/phones/${phoneId}/poll${query({})}`}
      class="composer own-form"
      data-enhance
      data-key={form}
    >
      <h4 id={form} tabindex={-1}>{page.t("chat.new-poll")}</h4>
      <input type="hidden" name="chatId" value={chat.chatId} />
      <Field form={form} name="question" label={page.t("chat.poll-question")} state={state} maxlength={300} />
      <div class="field">
        <label for={id}>{page.t("chat.poll-options")}</label>
        <textarea
          id={id}
          name="options"
          rows={3}
          required
          dir="auto"
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          aria-invalid={error === undefined ? undefined : "true"}
        >
          {valueOf(state, form, "options")}
        </textarea>
        <p class="hint">{page.t("sandbox.poll-options-hint")}</p>
        <FieldError id={`${id}-error`} text={error} />
      </div>
      <label class="check" for={`${form}-multiple`}>
        <input id={`${form}-multiple`} name="multiple" type="checkbox" value="yes" />
        <span>{page.t("chat.poll-multiple")}</span>
      </label>
      <p class="row">
        <button type="submit">{page.t("chat.send")}</button>
        <a
          class="button quiet-button"
          href={`/sandbox${query({ poll: null })}#phone-${phoneId}`}
          data-visit
        >
          {page.t("chat.cancel")}
        </a>
      </p>
    </form>
  );
}

/** What is answered or changed, above the box, and the way out of it. */
function Quoting(
  { page, phone, editing, query, target }: ChatProps & { readonly target: PhoneMessage },
): Html {
  const words = editing ? page.t("chat.edit-label") : page.t("chat.replying", { name: target.from });
  return (
    <div class="quoting" data-key="quoting">
      <p>
        <strong>{words}</strong>
        <span dir="auto">{excerpt(wordsOf(page, target))}</span>
      </p>
      <a
        class="icon-button"
        href={`/sandbox${query({ reply: null, edit: null })}#phone-${phone.phoneId}`}
        data-visit
        aria-label={page.t("chat.reply-cancel")}
      >
        <Icon name="close" />
      </a>
    </div>
  );
}
