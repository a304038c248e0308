/** The page around the simulated phones: what this is, and the form for one more. */
import { errorOf, type FormState, valueOf } from "./forms.ts";
import { Icon } from "./icons.tsx";
import { Layout } from "./layout.tsx";
import { type Html, messengerName, type Page } from "./page.ts";
import { Field, FieldError } from "./parts.tsx";
import { Phone, type PhoneProps } from "./sandbox_phone.tsx";

interface SandboxPageProps {
  readonly page: Page;
  readonly phones: readonly PhoneProps[];
  /** How many older phones are not shown. */
  readonly hidden: number;
  readonly messengers: readonly string[];
  /** The messenger that the form starts with. */
  readonly messenger: string;
  readonly inviteUrl: string;
  readonly query: PhoneProps["query"];
  readonly state: FormState | undefined;
  readonly error: string | undefined;
  readonly pollMs: number;
}

/** All phones. */
export function SandboxPage(props: SandboxPageProps): Html {
  const { page, phones, hidden } = props;
  const { t } = page;
  return (
    <Layout page={page} title={t("sandbox.title")} kind="wide" pollMs={props.pollMs}>
      <h1>{t("sandbox.title")}</h1>
      <aside class="note" aria-labelledby="sandbox-note">
        <p>
          <strong id="sandbox-note">{t("sandbox.banner")}</strong> {t("sandbox.banner-text")}
        </p>
        <details data-key="real">
          <summary>{t("sandbox.real")}</summary>
          <p>{t("sandbox.real-text")}</p>
          <ul class="plain-list">
            <li>
              Telegram: <code>TELEGRAM_BOT_TOKEN</code>
            </li>
            <li>
              WhatsApp: <code>WHATSAPP_ENABLED</code>
            </li>
            <li>
              Signal: <code>SIGNAL_CLI</code> / <code>SIGNAL_RPC_URL</code> + <code>SIGNAL_TCP</code>
            </li>
          </ul>
        </details>
      </aside>
      <AddPhone {...props} />
      {hidden > 0
        ? <p class="quiet">{t("sandbox.hidden", { shown: String(phones.length), hidden: String(hidden) })}</p>
        : null}
      <div class="phones" data-key="phones">
        {phones.map((phone) => <Phone {...phone} />)}
      </div>
    </Layout>
  );
}

function AddPhone({ page, messengers, messenger, inviteUrl, query, state }: SandboxPageProps): Html {
  const { t } = page;
  const chosen = valueOf(state, "phone", "messenger", messenger);
  const url = valueOf(state, "phone", "inviteUrl", inviteUrl);
  const urlError = errorOf(state, "phone", "inviteUrl");
  return (
    <form
      method="post"
      action={`/sandbox/phones${query({})}`}
      class="card add-phone"
      data-enhance
      data-reset
      data-key="add-phone"
      aria-labelledby="add-phone-title"
    >
      <h2 id="add-phone-title">{inviteUrl === "" ? t("sandbox.add") : t("sandbox.add-invited")}</h2>
      <div class="add-phone-fields" data-key="fields">
        <div class="field">
          <label for="phone-messenger">{t("admin.messenger")}</label>
          <select id="phone-messenger" name="messenger">
            {messengers.map((one) => (
              <option value={one} selected={one === chosen}>{messengerName(page, one)}</option>
            ))}
          </select>
        </div>
        <Field form="phone" name="name" label={t("sandbox.name")} state={state} maxlength={60} />
        <div class="field grow">
          <label for="phone-inviteUrl">{t("sandbox.invite")}</label>
          <input
            id="phone-inviteUrl"
            name="inviteUrl"
            type="text"
            value={url}
            maxlength={2000}
            autocomplete="off"
            aria-describedby={urlError === undefined ? "phone-inviteUrl-hint" : "phone-inviteUrl-error"}
            aria-invalid={urlError === undefined ? undefined : "true"}
          />
          <p id="phone-inviteUrl-hint" class="hint">{t("sandbox.invite-hint")}</p>
          <FieldError id="phone-inviteUrl-error" text={urlError} />
        </div>
      </div>
      <button type="submit">
        <Icon name="phone" />
        {inviteUrl === "" ? t("sandbox.add-submit") : t("sandbox.add-join")}
      </button>
    </form>
  );
}
