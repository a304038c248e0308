/** `/`: what Plenum is, and where to begin. */
import { Hono } from "hono";
import type { AppDeps, AppEnv } from "../deps.ts";
import { Badge, Icon, type IconName } from "./icons.tsx";
import { answer, Layout } from "./layout.tsx";
import { type Html, messengerName, type Page, pageOf } from "./page.ts";

/** The first page. */
export function homePage(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/", (c) => answer(c, <Home page={pageOf(c, deps)} messengers={deps.settings.messengers} />));
  return app;
}

interface HomeProps {
  readonly page: Page;
  readonly messengers: readonly string[];
}

const STEPS: readonly { readonly key: string; readonly icon: IconName }[] = [
  { key: "one", icon: "pencil" },
  { key: "two", icon: "link" },
  { key: "three", icon: "chat" },
];

function Home({ page, messengers }: HomeProps): Html {
  const { t } = page;
  const start = page.user === null ? "/signup" : "/groups";
  return (
    <Layout page={page} title={t("home.title")} kind="wide">
      <section class="hero">
        <div>
          <h1>{t("home.title")}</h1>
          <p class="lead">{t("home.lead")}</p>
          <p class="row">
            <a class="button" href={start}>{page.user === null ? t("home.start") : t("nav.groups")}</a>
            {page.sandbox ? <a class="button quiet-button" href="/sandbox">{t("home.try")}</a> : null}
          </p>
          <p class="badges">
            {messengers.map((one) => (
              <span class="badge-line">
                <Badge messenger={one} />
                {messengerName(page, one)}
              </span>
            ))}
          </p>
        </div>
        <Scene page={page} />
      </section>
      <section class="steps" aria-labelledby="steps-title">
        <h2 id="steps-title">{t("home.how")}</h2>
        <ol>
          {STEPS.map(({ key, icon }) => (
            <li class="card">
              <Icon name={icon} />
              <h3>{t(`home.step-${key}`)}</h3>
              <p>{t(`home.step-${key}-text`)}</p>
            </li>
          ))}
        </ol>
      </section>
      <section class="card promise">
        <h2>{t("home.promise")}</h2>
        <p>{t("home.promise-text")}</p>
        <a href="/privacy">{t("invite.notice-more")}</a>
      </section>
    </Layout>
  );
}

const LINES = [
  { messenger: "whatsapp", name: "Ada", key: "home.scene-one", own: false },
  { messenger: "signal", name: "Ben", key: "home.scene-two", own: false },
  { messenger: "telegram", name: "Chloé", key: "home.scene-three", own: true },
] as const;

function Scene({ page }: { readonly page: Page }): Html {
  return (
    <figure class="scene" aria-label={page.t("home.scene")}>
      <figcaption>Lake weekend</figcaption>
      {LINES.map(({ messenger, name, key, own }) => (
        <div class={own ? "message own" : "message"}>
          <p class="message-head">
            <Badge messenger={messenger} />
            <strong>{name}</strong>
            <span class="quiet">{messengerName(page, messenger)}</span>
          </p>
          <p class="bubble">{page.t(key)}</p>
        </div>
      ))}
    </figure>
  );
}
