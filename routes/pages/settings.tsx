/** Rename a group, change its invite, end it. */
import { type GroupView, TITLE_MAX } from "../../actors/model/mod.ts";
import { errorOf, type FormState } from "./forms.ts";
import type { Html, Page } from "./page.ts";
import { Confirm, Field, FieldError } from "./parts.tsx";

interface SettingsProps {
  readonly page: Page;
  readonly group: GroupView;
  readonly base: string;
  readonly state: FormState | undefined;
}

/** What only the owner can do. */
export function Settings({ page, group, base, state }: SettingsProps): Html {
  const { t } = page;
  const error = errorOf(state, "rotate", "") ?? errorOf(state, "end", "");
  return (
    <section class="card" aria-labelledby="settings-title" data-key="settings">
      <h2 id="settings-title">{t("group.settings")}</h2>
      <form method="post" action={`${base}/rename`} data-enhance data-key="rename">
        <Field
          form="rename"
          name="title"
          label={t("create.title")}
          value={group.title}
          state={state}
          maxlength={TITLE_MAX}
          counter
        />
        <button type="submit" class="quiet-button">{t("group.rename")}</button>
      </form>
      <FieldError id="settings-error" text={error} />
      <Confirm
        id="rotate"
        action={`${base}/rotate`}
        ask={t("group.rotate")}
        explain={t("group.rotate-explain")}
        confirm={t("group.rotate-confirm")}
      />
      <Confirm
        id="end"
        action={`${base}/end`}
        ask={t("group.end")}
        explain={t("group.end-explain")}
        confirm={t("group.end-confirm")}
        danger
      />
    </section>
  );
}
