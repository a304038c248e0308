/** `/privacy`: what is kept, how long, and what everybody can ask for. */
import { Hono } from "hono";
import type { AppDeps, AppEnv } from "../deps.ts";
import { answer, Layout } from "./layout.tsx";
import { type Html, type Page, pageOf } from "./page.ts";

const TOPICS = ["what", "names", "keep", "who", "leave", "limits"] as const;

/** The privacy page. */
export function privacyPage(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/privacy", (c) => {
    const page = pageOf(c, deps);
    return answer(
      c,
      <Privacy page={page} days={deps.settings.retentionDays} operator={deps.settings.operatorEmail} />,
    );
  });
  return app;
}

interface PrivacyProps {
  readonly page: Page;
  readonly days: number;
  readonly operator: string | null;
}

function Privacy({ page, days, operator }: PrivacyProps): Html {
  const { t } = page;
  return (
    <Layout page={page} title={t("privacy.title")}>
      <h1>{t("privacy.title")}</h1>
      <p class="lead">{t("privacy.lead")}</p>
      {TOPICS.map((topic) => (
        <section>
          <h2>{t(`privacy.${topic}`)}</h2>
          <p>{t(`privacy.${topic}-text`, { days: String(days) })}</p>
        </section>
      ))}
      {operator === null ? null : (
        <section>
          <h2>{t("privacy.contact")}</h2>
          <p>
            <a href={`mailto:${operator}`}>{operator}</a>
          </p>
        </section>
      )}
    </Layout>
  );
}
