/** `/groups`: an owner's groups, and the form that makes a new one. */
import type { AccountView } from "../../actors/ports/mod.ts";
import { Hono } from "hono";
import { z } from "zod";
import { type GroupView, Messenger, TITLE_MAX } from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv, SessionUser } from "../deps.ts";
import { CONSENT_VERSION } from "./consent.ts";
import { errorOf, type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { Badge, Icon } from "./icons.tsx";
import { answer, Layout } from "./layout.tsx";
import { type Html, messengerName, type Page, type PageContext, pageOf } from "./page.ts";
import { ConsentBox, Field, FieldError } from "./parts.tsx";
import { TitleField } from "./line_fields.ts";

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional();

const CreateForm = z.object({
  title: TitleField,
  messengers: list.transform((names) => names ?? []).pipe(
    z.array(Messenger).min(1, "error.messengers-empty"),
  ),
  consent: z.literal("yes", "error.consent"),
});

/** The list and the form; both for people who are logged in. */
export function groupListPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/groups", (c) => {
    if (!c.var.user) return c.redirect("/login", 303);
    return show(c, deps, c.var.user);
  });
  app.post("/groups", async (c) => {
    if (!c.var.user) return c.redirect("/login", 303);
    return await create(c, deps, c.var.user);
  });
  return app;
}

async function show(
  c: PageContext,
  deps: AppDeps,
  user: SessionUser,
  state?: FormState,
): Promise<Response> {
  const groups = await deps.relay.read.groupsOf(user.id);
  const page = pageOf(c, deps);
  const ended = c.req.query("done") === "ended";
  return await answer(
    c,
    <Groups
      page={page}
      groups={groups}
      messengers={deps.settings.messengers}
      ended={ended}
      troubled={user.operator ? troubledIn(deps) : []}
      state={state}
    />,
    state === undefined ? 200 : 422,
  );
}

/** Accounts that the operator has to look after. */
function troubledIn({ relay }: AppDeps): AccountView[] {
  return relay.read.accounts().filter(({ linkable, health: { status, text } }) =>
    linkable && (status === "logged-out" || status === "failed" || text !== undefined)
  );
}

async function create(c: PageContext, deps: AppDeps, user: SessionUser): Promise<Response> {
  const page = pageOf(c, deps);
  const form = await readForm(c, page, "create", CreateForm);
  if (!form.ok) return await show(c, deps, user, form.state);
  const { title, messengers } = form.value;
  const known = messengers.filter((one) => deps.settings.messengers.includes(one));
  try {
    const group = await deps.relay.ask.createGroup({
      title,
      owner: { id: user.id, name: user.name },
      messengers: known,
      locale: page.locale,
      mode: "notice",
      consentVersion: CONSENT_VERSION,
    });
    return c.redirect(`/groups/${group.id}`, 303);
  } catch (error) {
    const problem = refusalOf(error);
    return await show(c, deps, user, refused("create", form.entered, { "": problem.message }));
  }
}

interface GroupsProps {
  readonly page: Page;
  readonly groups: readonly GroupView[];
  readonly messengers: readonly Messenger[];
  readonly ended: boolean;
  /** Shown to the operator. */
  readonly troubled: readonly AccountView[];
  readonly state: FormState | undefined;
}

function Groups(props: GroupsProps): Html {
  const { page, groups, ended, troubled } = props;
  return (
    <Layout page={page} title={page.t("groups.title")}>
      <h1>{page.t("groups.title")}</h1>
      {ended ? <p class="note" role="status">{page.t("groups.ended")}</p> : null}
      {troubled.map(({ id, health }) => (
        <p class="note note-warn" role="status">
          {health.text ?? page.t(`health.${health.status}`)}{" "}
          <a href={`/admin/accounts/${id}`}>{page.t("link.manage")}</a>
        </p>
      ))}
      {groups.length === 0 ? <p class="lead">{page.t("groups.none")}</p> : (
        <ul class="cards">
          {groups.map((group) => <GroupCard page={page} group={group} />)}
        </ul>
      )}
      <Creation {...props} />
    </Layout>
  );
}

function GroupCard({ page, group }: { readonly page: Page; readonly group: GroupView }): Html {
  const waiting = group.bridges.some((one) => one.status === "needs-action" || one.status === "failed");
  return (
    <li>
      <a class="card card-link" href={`/groups/${group.id}`}>
        <strong dir="auto">{group.title}</strong>
        <span class="badges">
          {group.bridges.map((one) => <Badge messenger={one.messenger} />)}
          <span class="hidden">
            {group.bridges.map((one) => messengerName(page, one.messenger)).join(", ")}
          </span>
        </span>
        {waiting ? <span class="pill pill-warn">{page.t("groups.attention")}</span> : null}
        <Icon name="arrow" />
      </a>
    </li>
  );
}

function Creation({ page, messengers, state, groups }: GroupsProps): Html {
  const { t } = page;
  return (
    <form method="post" action="/groups" class="card" aria-labelledby="create-heading">
      <h2 id="create-heading">{groups.length === 0 ? t("create.first") : t("create.heading")}</h2>
      <FieldError id="create-error" text={errorOf(state, "create", "")} />
      <Field
        form="create"
        name="title"
        label={t("create.title")}
        hint={t("create.title-hint")}
        state={state}
        maxlength={TITLE_MAX}
        counter
        placeholder={t("create.title-example")}
      />
      <MessengerBoxes page={page} messengers={messengers} state={state} />
      <ConsentBox form="create" name="consent" state={state}>
        {t("create.consent")} <a href="/privacy">{t("create.consent-more")}</a>
      </ConsentBox>
      <button type="submit">{t("create.submit")}</button>
    </form>
  );
}

type BoxesProps = Pick<GroupsProps, "page" | "messengers" | "state">;

function MessengerBoxes({ page, messengers, state }: BoxesProps): Html {
  const error = errorOf(state, "create", "messengers");
  const entered = state?.values["messengers"];
  const ticked = (one: string): boolean =>
    state === undefined || (Array.isArray(entered) ? entered.includes(one) : entered === one);
  return (
    <fieldset class="field" aria-describedby={error === undefined ? undefined : "create-messengers-error"}>
      <legend>{page.t("create.messengers")}</legend>
      <div class="boxes">
        {messengers.map((one) => (
          <label class="check">
            <input type="checkbox" name="messengers" value={one} checked={ticked(one)} />
            <span class="badge-line">
              <Badge messenger={one} />
              {messengerName(page, one)}
            </span>
          </label>
        ))}
      </div>
      <FieldError id="create-messengers-error" text={error} />
    </fieldset>
  );
}
