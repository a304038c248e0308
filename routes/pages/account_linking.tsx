/** What an operator sees and gives while an account is linked to its phone, in the words of its messenger. */
import { z } from "zod";
import type { AccountView, LinkStep } from "../../actors/ports/mod.ts";
import { LINK_ANSWERS, LINK_FIELDS, type LinkField } from "../link_answers.ts";
import type { FormState } from "./forms.ts";
import { type Html, messengerName, type Page, type Translate } from "./page.ts";
import { Field } from "./parts.tsx";
import { Qr } from "./qr.tsx";

/** What is told before anybody links, by messenger. */
const RISKS: Readonly<Record<string, readonly string[]>> = {
  whatsapp: ["unofficial", "number", "phone", "warm"],
  signal: ["unofficial", "number", "profile", "phone"],
};

/** How the field of each answer is typed. */
const INPUTS = {
  number: { autocomplete: "tel", maxlength: 24 },
  register: { autocomplete: "tel", inputmode: "tel", maxlength: 24 },
  captcha: { inputmode: "url", maxlength: 8000 },
  code: { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 12 },
  pin: { type: "password", maxlength: 128 },
} as const satisfies Readonly<Record<LinkField, Partial<Parameters<typeof Field>[0]>>>;

/** Of a number that is registered instead of linked: the phone and its QR code have no part in it any more. */
const REGISTERING: readonly string[] = ["captcha", "code", "pin"];

/** The form of one answer: what people type besides (spaces, brackets) is left out. */
export function answerForm(field: LinkField): z.ZodType<Readonly<Record<string, string>>> {
  const wrong = field === "register" ? "error.number" : `error.${field}`;
  const answer = z.string(wrong).transform((text) => tidy(field, text))
    .refine((text) => LINK_ANSWERS[field].safeParse(text).success, wrong);
  return z.object({ [field]: answer });
}

function tidy(field: LinkField, text: string): string {
  if (field === "number" || field === "register") return text.replace(/[\s()/.-]/g, "");
  return field === "code" ? text.replace(/[\s-]/g, "") : text.trim();
}

interface RiskProps {
  readonly page: Page;
  readonly messenger: AccountView["messenger"];
}

/** What to know before one links. */
export function Risk({ page: { t }, messenger }: RiskProps): Html {
  return (
    <section class="card" aria-labelledby="risk-title">
      <h2 id="risk-title">{t("link.risk-title")}</h2>
      <ul class="points">
        {(RISKS[messenger] ?? []).map((name) => <li>{t(`link.${messenger}-risk-${name}`)}</li>)}
      </ul>
    </section>
  );
}

export interface LinkingProps {
  readonly page: Page;
  readonly account: AccountView;
  readonly steps: readonly LinkStep[];
  readonly state: FormState | undefined;
}

/** What the linking shows right now, and a form for all that it asks for. */
export function Linking({ page, account, steps, state }: LinkingProps): Html {
  const t = wordsOf(page, account);
  const text = steps.find((step) => step.type === "text");
  const asked = LINK_FIELDS.filter((field) =>
    steps.some((step) => step.type === "ask" && step.field === field)
  );
  return (
    <>
      {showsPhone(account, steps) ? <Phone t={t} account={account} steps={steps} /> : null}
      {text?.type === "text" ? <Help t={t} text={text.data} /> : null}
      {steps.length === 0 && account.messenger === "signal" ? <Waiting t={t} /> : null}
      <p id="connection" class="quiet" hidden data-text={t("link.broken")}></p>
      {asked.map((field) => <Ask t={t} account={account} field={field} state={state} />)}
      <p>
        <a href={`/admin/accounts/${account.id}`}>{t("link.stop")}</a>
      </p>
    </>
  );
}

/** Texts in which the messenger has its name. */
function wordsOf(page: Page, account: AccountView): Translate {
  const messenger = messengerName(page, account.messenger);
  return (key, values = {}) => page.t(key, { messenger, ...values });
}

/** Signal's number may be registered instead: then there is nothing to scan. */
function showsPhone({ messenger }: AccountView, steps: readonly LinkStep[]): boolean {
  if (messenger !== "signal") return true;
  const registering = steps.some((step) => step.type === "ask" && REGISTERING.includes(step.field));
  const first = steps.some((step) =>
    step.type === "qr" || (step.type === "ask" && step.field === "register")
  );
  return first && !registering;
}

interface PhoneProps {
  readonly t: Translate;
  readonly account: AccountView;
  readonly steps: readonly LinkStep[];
}

function Phone({ t, account, steps }: PhoneProps): Html {
  const qr = steps.find((step) => step.type === "qr");
  const code = steps.find((step) => step.type === "code");
  const last = code === undefined ? "scan" : "type";
  return (
    <section class="card" aria-labelledby="scan-title">
      <h2 id="scan-title">{t(code === undefined ? "link.scan-title" : "link.type-title")}</h2>
      <ol class="points">
        <li>{t("link.step-one")}</li>
        <li>{t(`link.${account.messenger}-step-two`)}</li>
        <li>{t(`link.${account.messenger}-step-${last}`)}</li>
      </ol>
      <div class="link-shown" aria-live="polite">
        {code?.type === "code"
          ? (
            <p class="link-code">
              <strong>{grouped(code.data)}</strong>
            </p>
          )
          : null}
        {qr?.type === "qr" && code === undefined ? <Qr text={qr.data} label={t("link.qr-label")} /> : null}
        {qr === undefined && code === undefined ? <p class="quiet">{t("link.wait")}</p> : null}
      </div>
    </section>
  );
}

/** Eight letters are easier to type in two halves. */
function grouped(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
}

function Waiting({ t }: { readonly t: Translate }): Html {
  return (
    <section class="card" aria-live="polite">
      <p class="quiet">{t("link.register-wait")}</p>
    </section>
  );
}

/** An address in a text of the messenger's adapter, without the full stop or bracket behind it. */
const ADDRESS = /(https:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

function Help({ t, text }: { readonly t: Translate; readonly text: string }): Html {
  return (
    <section class="card" aria-labelledby="help-title" aria-live="polite">
      <h2 id="help-title">{t("link.help-title")}</h2>
      <p class="link-text">
        {text.split(ADDRESS).map((part) =>
          ADDRESS.test(part)
            ? (
              <a href={part} target="_blank" rel="noopener noreferrer">
                {part}
                <span class="hidden">{t("link.new-tab")}</span>
              </a>
            )
            : part
        )}
      </p>
    </section>
  );
}

/** What a linked account asks for, with what to do about it. */
export function Asked({ page, account, state }: Omit<LinkingProps, "steps">): Html | null {
  const { asks, text } = account.health;
  const t = wordsOf(page, account);
  if (asks === undefined) return null;
  return (
    <>
      {text === undefined ? null : <Help t={t} text={text} />}
      <Ask t={t} account={account} field={asks} state={state} />
    </>
  );
}

interface AskProps {
  readonly t: Translate;
  readonly account: AccountView;
  readonly field: LinkField;
  readonly state: FormState | undefined;
}

function Ask({ t, account, field, state }: AskProps): Html {
  return (
    <section class="card" aria-labelledby={`${field}-title`} data-key={`ask-${field}`}>
      <h2 id={`${field}-title`}>{t(`link.${field}-title`)}</h2>
      <form
        method="post"
        action={`/admin/accounts/${account.id}/${field}`}
        data-enhance
        data-key={field}
      >
        <Field
          form={field}
          name={field}
          label={t(`link.${field}`)}
          hint={t(`link.${field}-hint`)}
          state={state}
          {...INPUTS[field]}
        />
        <button type="submit">{t(`link.${field}-send`)}</button>
      </form>
    </section>
  );
}
