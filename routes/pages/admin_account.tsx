/** `/admin/accounts/:id`: an account that operators link: how it is, how to link it, how to remove it. */
import { Hono } from "hono";
import { z } from "zod";
import type { AccountView } from "../../actors/ports/mod.ts";
import { accountId } from "../accounts.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { LINK_FIELDS, type LinkField } from "../link_answers.ts";
import { answerForm, Asked, Linking, type LinkingProps, Risk } from "./account_linking.tsx";
import { type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { Badge } from "./icons.tsx";
import { answer, Layout } from "./layout.tsx";
import { type Html, messengerName, type Page, type PageContext, pageOf } from "./page.ts";
import { HEALTH_PILL } from "./admin.tsx";

const AddForm = z.object({ messenger: z.string().max(20) });

/** The operator's pages for accounts; for everybody else they do not exist. */
export function adminAccountPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use("/admin/accounts/*", async (c, next) => {
    if (!c.var.user) return c.redirect("/login?next=/admin", 303);
    return c.var.user.operator ? await next() : await c.notFound();
  });
  app.post("/admin/accounts", async (c) => {
    if (!c.var.user?.operator) return await c.notFound();
    const form = await readForm(c, pageOf(c, deps), "add", AddForm);
    const offered = deps.relay.read.accounts().find(({ linkable, messenger }) =>
      linkable && form.ok && messenger === form.value.messenger
    );
    if (offered === undefined) return await c.notFound();
    const { id } = await deps.relay.ask.addAccount(offered.messenger);
    return c.redirect(`/admin/accounts/${id}`, 303);
  });
  app.get("/admin/accounts/:id", (c) => show(c, deps, { linking: false }));
  app.get("/admin/accounts/:id/link", (c) => show(c, deps, { linking: true }));
  for (const field of LINK_FIELDS) {
    app.post(`/admin/accounts/:id/${field}`, (c) => giveAnswer(c, deps, field));
  }
  app.post("/admin/accounts/:id/remove", async (c) => {
    const account = find(c, deps);
    if (account === null) return await c.notFound();
    await deps.relay.ask.removeAccount(account.id);
    return c.redirect("/admin", 303);
  });
  return app;
}

function find(c: PageContext, { relay }: AppDeps): AccountView | null {
  const id = accountId(c.req.param("id") ?? "");
  return relay.read.accounts().find((account) => account.id === id && account.linkable) ?? null;
}

interface ShowOptions {
  /** Somebody sits before the page with the phone in their hand. */
  readonly linking: boolean;
  readonly state?: FormState;
}

async function show(c: PageContext, deps: AppDeps, { linking, state }: ShowOptions): Promise<Response> {
  const account = find(c, deps);
  if (account === null) return await c.notFound();
  const { status } = account.health;
  const steps = deps.relay.read.linking(account.id);
  const free = steps !== null || status === "logged-out" || status === "failed";
  const props = { page: pageOf(c, deps), account, steps: steps ?? [], linking: linking && free, free, state };
  return await answer(c, <AccountPage {...props} />, state === undefined ? 200 : 422);
}

/** What was given goes back into no page, wrong or not. */
async function giveAnswer(c: PageContext, deps: AppDeps, field: LinkField): Promise<Response> {
  const account = find(c, deps);
  if (account === null) return await c.notFound();
  const form = await readForm(c, pageOf(c, deps), field, answerForm(field));
  if (!form.ok) {
    return await show(c, deps, { linking: true, state: refused(field, {}, form.state.errors) });
  }
  try {
    deps.relay.ask.answerLink(account.id, field, form.value[field] ?? "");
  } catch (error) {
    refusalOf(error);
    const state = refused(field, {}, { [field]: pageOf(c, deps).t("error.no-linking") });
    return await show(c, deps, { linking: true, state });
  }
  return c.redirect(`/admin/accounts/${account.id}${linkingOf(deps, account) ? "/link" : ""}`, 303);
}

function linkingOf({ relay }: AppDeps, { id }: AccountView): boolean {
  return relay.read.linking(id) !== null;
}

/** What it asks for stands below, with what to do about it. */
function stateOf({ id, health: { asks, text } }: AccountView): string {
  return asks === undefined ? text ?? id : id;
}

interface AccountProps extends LinkingProps {
  readonly linking: boolean;
  /** It can be linked now. */
  readonly free: boolean;
}

function AccountPage(props: AccountProps): Html {
  const { page, account, linking, free } = props;
  const { t } = page;
  const title = t("link.title", { messenger: messengerName(page, account.messenger) });
  const events = linking ? `/api/accounts/${account.id}/link` : undefined;
  return (
    <Layout page={page} title={title} kind="narrow" events={events} pollMs={3_000}>
      <p>
        <a href="/admin">{t("link.back")}</a>
      </p>
      <h1>{title}</h1>
      <section class="card" aria-labelledby="state-title">
        <h2 id="state-title">{t("admin.server")}</h2>
        <p role="status" aria-live="polite">
          <Badge messenger={account.messenger} />{" "}
          <span class={`pill pill-${HEALTH_PILL[account.health.status]}`}>
            {t(`health.${account.health.status}`)}
          </span>{" "}
          <span class="quiet">{stateOf(account)}</span>
        </p>
      </section>
      {free ? <Risk page={page} messenger={account.messenger} /> : null}
      {linking ? <Linking {...props} /> : <Asked {...props} />}
      {free && !linking
        ? (
          <p>
            <a class="button" href={`/admin/accounts/${account.id}/link`}>{t("link.start")}</a>
          </p>
        )
        : null}
      {linking ? null : <Remove page={page} account={account} />}
    </Layout>
  );
}

function Remove({ page: { t }, account }: { readonly page: Page; readonly account: AccountView }): Html {
  return (
    <details class="card">
      <summary>{t("link.remove-title")}</summary>
      <p>{t("link.remove-text")}</p>
      <form method="post" action={`/admin/accounts/${account.id}/remove`}>
        <button type="submit" class="danger">{t("link.remove")}</button>
      </form>
    </details>
  );
}
