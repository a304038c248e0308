/** `/admin/accounts/:id`: an account that operators link: how it is, how to link it, how to remove it. */
import { Hono } from "hono";
import { z } from "zod";
import type { AccountView, LinkStep } from "../../actors/ports/mod.ts";
import { accountId } from "../accounts.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { Badge } from "./icons.tsx";
import { answer, Layout } from "./layout.tsx";
import { type Html, messengerName, type Page, type PageContext, pageOf } from "./page.ts";
import { Field } from "./parts.tsx";
import { HEALTH_PILL } from "./admin.tsx";
import { Qr } from "./qr.tsx";

const NumberForm = z.object({
  number: z.string("error.number").trim().transform((text) => text.replace(/[\s()/.-]/g, ""))
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, "error.number")),
});
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
  app.post("/admin/accounts/:id/number", (c) => giveNumber(c, deps));
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

async function giveNumber(c: PageContext, deps: AppDeps): Promise<Response> {
  const account = find(c, deps);
  if (account === null) return await c.notFound();
  const form = await readForm(c, pageOf(c, deps), "number", NumberForm);
  if (!form.ok) return await show(c, deps, { linking: true, state: form.state });
  try {
    deps.relay.ask.answerLink(account.id, "number", form.value.number);
  } catch (error) {
    const problem = refusalOf(error);
    const page = pageOf(c, deps);
    const state = refused("number", {}, {
      number: page.t(problem === null ? "error.invalid" : "error.no-linking"),
    });
    return await show(c, deps, { linking: true, state });
  }
  return c.redirect(`/admin/accounts/${account.id}/link`, 303);
}

interface AccountProps {
  readonly page: Page;
  readonly account: AccountView;
  readonly steps: readonly LinkStep[];
  readonly linking: boolean;
  /** It can be linked now. */
  readonly free: boolean;
  readonly state: FormState | undefined;
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
          <span class="quiet">{account.health.text ?? account.id}</span>
        </p>
      </section>
      {free ? <Risk page={page} /> : null}
      {linking ? <Linking {...props} /> : null}
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

function Risk({ page: { t } }: { readonly page: Page }): Html {
  return (
    <section class="card" aria-labelledby="risk-title">
      <h2 id="risk-title">{t("link.risk-title")}</h2>
      <ul class="points">
        {["unofficial", "number", "phone", "warm"].map((name) => <li>{t(`link.risk-${name}`)}</li>)}
      </ul>
    </section>
  );
}

function Linking({ page, account, steps, state }: AccountProps): Html {
  const { t } = page;
  const qr = steps.find((step) => step.type === "qr");
  const code = steps.find((step) => step.type === "code");
  const asks = steps.some((step) => step.type === "ask");
  return (
    <>
      <section class="card" aria-labelledby="scan-title">
        <h2 id="scan-title">{t(code === undefined ? "link.scan-title" : "link.type-title")}</h2>
        <ol class="points">
          {["one", "two", code === undefined ? "scan" : "type"].map((name) => (
            <li>{t(`link.step-${name}`)}</li>
          ))}
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
        <p id="connection" class="quiet" hidden data-text={t("link.broken")}></p>
      </section>
      {asks
        ? (
          <section class="card" aria-labelledby="number-title">
            <h2 id="number-title">{t("link.number-title")}</h2>
            <form
              method="post"
              action={`/admin/accounts/${account.id}/number`}
              data-enhance
              data-key="number"
            >
              <Field
                form="number"
                name="number"
                label={t("link.number")}
                hint={t("link.number-hint")}
                state={state}
                autocomplete="tel"
                maxlength={24}
              />
              <button type="submit">{t("link.number-send")}</button>
            </form>
          </section>
        )
        : null}
      <p>
        <a href={`/admin/accounts/${account.id}`}>{t("link.stop")}</a>
      </p>
    </>
  );
}

/** Eight letters are easier to type in two halves. */
function grouped(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
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
