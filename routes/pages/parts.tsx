/** The parts that forms and lists are made of. */
import type { Child } from "hono/jsx";
import type { GroupView } from "../../actors/model/mod.ts";
import { errorOf, type FormState, valueOf } from "./forms.ts";
import { Icon } from "./icons.tsx";
import type { Html, Page } from "./page.ts";
import { Qr } from "./qr.tsx";

interface FieldProps {
  readonly form: string;
  readonly name: string;
  readonly label: string;
  readonly state: FormState | undefined;
  readonly type?: "text" | "email" | "password" | "url";
  readonly value?: string;
  readonly hint?: string;
  readonly maxlength?: number;
  readonly minlength?: number;
  readonly autocomplete?: string;
  /** Which keyboard a phone shows. */
  readonly inputmode?: "tel" | "numeric" | "url";
  readonly optional?: boolean;
  /** Shows how many characters are left while one types. */
  readonly counter?: boolean;
  readonly placeholder?: string;
}

/** A labelled text field with its hint and its error beside it. */
export function Field(props: FieldProps): Html {
  const id = `${props.form}-${props.name}`;
  const error = errorOf(props.state, props.form, props.name);
  const described = [props.hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        name={props.name}
        type={props.type ?? "text"}
        value={valueOf(props.state, props.form, props.name, props.value ?? "")}
        required={props.optional !== true}
        maxlength={props.maxlength}
        minlength={props.minlength}
        autocomplete={props.autocomplete ?? "off"}
        inputmode={props.inputmode}
        placeholder={props.placeholder}
        aria-describedby={described === "" ? undefined : described}
        aria-invalid={error === undefined ? undefined : "true"}
        data-counter={props.counter ? `${id}-count` : undefined}
      />
      {props.counter ? <output id={`${id}-count`} class="counter" for={id}></output> : null}
      {props.hint ? <p id={`${id}-hint`} class="hint">{props.hint}</p> : null}
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}

interface ConsentProps {
  readonly form: string;
  readonly name: string;
  readonly state: FormState | undefined;
  readonly children: Child;
}

/** A box that has to be ticked. */
export function ConsentBox(props: ConsentProps): Html {
  const id = `${props.form}-${props.name}`;
  const error = errorOf(props.state, props.form, props.name);
  return (
    <div class="field">
      <label class="check" for={id}>
        <input
          id={id}
          name={props.name}
          type="checkbox"
          value="yes"
          required
          checked={valueOf(props.state, props.form, props.name) === "yes"}
          aria-invalid={error === undefined ? undefined : "true"}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
        />
        <span>{props.children}</span>
      </label>
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
}

/** What is wrong with one field, or with the whole form. */
export function FieldError(
  { id, text }: { readonly id: string; readonly text: string | undefined },
): Html | null {
  if (text === undefined) return null;
  return (
    <p id={id} class="error" role="alert">
      <Icon name="warning" />
      {text}
    </p>
  );
}

interface ShareProps {
  readonly page: Page;
  readonly id: string;
  readonly url: string;
  /** What the address leads to, for screen readers and the QR code. */
  readonly label: string;
}

/** An address to pass on: to read, to copy, to scan. */
export function ShareLink({ page, id, url, label }: ShareProps): Html {
  return (
    <div class="share">
      <div class="share-line">
        <label class="hidden" for={id}>{label}</label>
        <input id={id} type="text" readonly value={url} />
        <button type="button" class="icon-button" data-copy={id} aria-label={page.t("page.copy", { label })}>
          <Icon name="copy" />
        </button>
      </div>
      <details class="qr-box" data-key={`${id}-qr`}>
        <summary>{page.t("page.qr")}</summary>
        <Qr text={url} label={page.t("page.qr-label", { label })} />
      </details>
    </div>
  );
}

/** The picture of a group, where it has one; its name always stands beside. */
export function GroupIcon({ group: { id, icon } }: { readonly group: GroupView }): Html | null {
  if (icon === undefined) return null;
  return <img class="group-icon" src={`/api/groups/${id}/icon?v=${icon}`} alt="" width={48} height={48} />;
}

interface ConfirmProps {
  readonly id: string;
  readonly action: string;
  readonly ask: string;
  readonly explain: string;
  readonly confirm: string;
  readonly danger?: boolean;
}

/** Something that cannot be undone: asked for, explained, then confirmed. Works without scripts. */
export function Confirm(props: ConfirmProps): Html {
  return (
    <details class="confirm" data-key={props.id}>
      <summary>{props.ask}</summary>
      <form method="post" action={props.action} data-enhance>
        <p>{props.explain}</p>
        <button type="submit" class={props.danger ? "danger" : undefined}>{props.confirm}</button>
      </form>
    </details>
  );
}
