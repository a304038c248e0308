/** `/admin`: how the accounts are, and what could not be delivered. For operators. */
import { Hono } from "hono";
import type { AccountView, DeadLetterView, HealthReport } from "../../actors/ports/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { Badge } from "./icons.tsx";
import { answer, Layout } from "./layout.tsx";
import { type Html, messengerName, type Page, pageOf } from "./page.ts";

const DEAD_LETTERS = 50;

/** The operator's page; for everybody else it does not exist. */
export function adminPage(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/admin", async (c) => {
    if (!c.var.user) return c.redirect("/login?next=/admin", 303);
    if (!c.var.user.operator) return await c.notFound();
    const letters = await deps.relay.read.deadLetters(DEAD_LETTERS);
    const accounts = deps.relay.read.accounts();
    const props = { page: pageOf(c, deps), health: deps.relay.health(), accounts, letters };
    return await answer(c, <Admin {...props} version={deps.settings.version} />);
  });
  return app;
}

interface AdminProps {
  readonly page: Page;
  readonly health: HealthReport;
  readonly accounts: readonly AccountView[];
  readonly letters: readonly DeadLetterView[];
  readonly version: string;
}

function Admin({ page, health, accounts, letters, version }: AdminProps): Html {
  const { t } = page;
  return (
    <Layout page={page} title={t("admin.title")} kind="wide" pollMs={10_000}>
      <h1>{t("admin.title")}</h1>
      <section class="card" aria-labelledby="ready-title">
        <h2 id="ready-title">{t("admin.server")}</h2>
        <p>
          <span class={`pill pill-${health.ready ? "good" : "bad"}`}>
            {health.ready ? t("admin.ready") : t("admin.not-ready")}
          </span>{" "}
          <span class="quiet">Plenum {version}</span>
        </p>
        <dl class="facts">
          {Object.entries(health.detail).filter(([name]) => !name.startsWith("account ")).map((
            [name, value],
          ) => (
            <div>
              <dt>{name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="card" aria-labelledby="accounts-title">
        <h2 id="accounts-title">{t("admin.accounts")}</h2>
        <ul class="people">
          {accounts.map((account) => <Account page={page} account={account} />)}
        </ul>
        {addable(accounts).map((messenger) => (
          <form method="post" action="/admin/accounts" class="inline">
            <input type="hidden" name="messenger" value={messenger} />
            <button type="submit" class="quiet-button">
              {t("link.add", { messenger: messengerName(page, messenger) })}
            </button>
          </form>
        ))}
      </section>
      <section class="card" aria-labelledby="letters-title">
        <h2 id="letters-title">{t("admin.letters")}</h2>
        {letters.length === 0
          ? <p class="quiet">{t("admin.no-letters")}</p>
          : <Letters page={page} letters={letters} />}
      </section>
    </Layout>
  );
}

/** Messengers that further accounts can be added of. */
function addable(accounts: readonly AccountView[]): AccountView["messenger"][] {
  return [...new Set(accounts.filter(({ linkable }) => linkable).map(({ messenger }) => messenger))];
}

/** How each state looks. */
export const HEALTH_PILL: Readonly<Record<AccountView["health"]["status"], string>> = {
  "starting": "quiet",
  "connected": "good",
  "waiting": "warn",
  "logged-out": "bad",
  "failed": "bad",
};

function Account({ page, account }: { readonly page: Page; readonly account: AccountView }): Html {
  const { health } = account;
  return (
    <li>
      <Badge messenger={account.messenger} />
      <span class="person">
        <span>{messengerName(page, account.messenger)}</span>
        <span class="quiet">{account.id}{health.text ? ` · ${health.text}` : ""}</span>
      </span>
      <span class={`pill pill-${HEALTH_PILL[health.status]}`}>{page.t(`health.${health.status}`)}</span>
      {account.linkable
        ? (
          <a class="button quiet-button" href={`/admin/accounts/${account.id}`}>
            {page.t(health.status === "logged-out" ? "link.start" : "link.manage")}
          </a>
        )
        : null}
    </li>
  );
}

interface LettersProps {
  readonly page: Page;
  readonly letters: readonly DeadLetterView[];
}

function Letters({ page, letters }: LettersProps): Html {
  const { t } = page;
  return (
    <div class="table-box" tabindex={0} role="region" aria-labelledby="letters-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("admin.when")}</th>
            <th scope="col">{t("admin.messenger")}</th>
            <th scope="col">{t("admin.op")}</th>
            <th scope="col">{t("admin.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <tr>
              <td>
                <time datetime={new Date(letter.at).toISOString()} data-date>
                  {new Date(letter.at).toISOString().slice(0, 16).replace("T", " ")}
                </time>
              </td>
              <td>{messengerName(page, letter.messenger)}</td>
              <td>{letter.op}</td>
              <td>{letter.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
