/** The frame of every page: head, header with the language and the way out, footer. */
import type { Child } from "hono/jsx";
import { Icon, Mark } from "./icons.tsx";
import type { Html, Page, PageContext } from "./page.ts";

type Status = 200 | 400 | 401 | 403 | 404 | 409 | 410 | 413 | 422 | 429 | 500 | 503;

const STYLES = ["base", "parts", "home", "group", "chat", "media", "phones"] as const;

interface LayoutProps {
  readonly page: Page;
  readonly title: string;
  /** Class of the body: which width and which extra rules. */
  readonly kind?: "narrow" | "wide" | "chat";
  /** Server-sent events that say when to read this page again. */
  readonly events?: string;
  /** Read this page again as often, where nothing tells of changes. */
  readonly pollMs?: number;
  readonly children: Child;
}

/** The whole document. */
export function Layout(props: LayoutProps): Html {
  const { page, title } = props;
  return (
    <html lang={page.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <title>{title} · Plenum</title>
        <link rel="icon" href="/static/favicon.svg" type="image/svg+xml" />
        {STYLES.map((name) => <link rel="stylesheet" href={`/static/css/${name}.css`} />)}
        <script type="module" src="/static/js/app.js"></script>
      </head>
      <body
        class={props.kind ?? "narrow"}
        data-events={props.events}
        data-poll={props.pollMs?.toString()}
        data-copied={page.t("page.copied")}
        data-offline={page.t("page.offline")}
      >
        <a class="skip" href="#main">{page.t("page.skip")}</a>
        <Header page={page} />
        <p id="status" class="status" role="status" aria-live="polite" hidden></p>
        <main id="main" tabindex={-1}>{props.children}</main>
        <Footer page={page} />
      </body>
    </html>
  );
}

/** Answers `node` as a whole document. */
export async function answer(c: PageContext, node: Html, status: Status = 200): Promise<Response> {
  c.header("Cache-Control", "no-store");
  return c.html(`<!doctype html>${await node}`, status);
}

function Header({ page }: { readonly page: Page }): Html {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark />Plenum
      </a>
      <nav aria-label={page.t("page.nav")}>
        {page.sandbox ? <a href="/sandbox">{page.t("nav.sandbox")}</a> : null}
        {page.user === null ? <a href="/login">{page.t("nav.login")}</a> : <UserLinks page={page} />}
      </nav>
    </header>
  );
}

function UserLinks({ page }: { readonly page: Page }): Html {
  return (
    <>
      <a href="/groups">{page.t("nav.groups")}</a>
      {page.user?.operator ? <a href="/admin">{page.t("nav.admin")}</a> : null}
      <form method="post" action="/logout">
        <button class="plain" type="submit">{page.t("nav.logout")}</button>
      </form>
    </>
  );
}

function Footer({ page }: { readonly page: Page }): Html {
  return (
    <footer class="bottom">
      <a href="/privacy">{page.t("nav.privacy")}</a>
      <a href="/docs">{page.t("nav.docs")}</a>
      <span class="languages" role="group" aria-label={page.t("page.language")}>
        <LanguageLink page={page} code="en" name="English" />
        <LanguageLink page={page} code="de" name="Deutsch" />
      </span>
    </footer>
  );
}

interface LanguageProps {
  readonly page: Page;
  readonly code: "en" | "de";
  readonly name: string;
}

function LanguageLink({ page, code, name }: LanguageProps): Html {
  const current = page.locale === code ? "true" : undefined;
  return <a href={`${page.path}?lang=${code}`} lang={code} hreflang={code} aria-current={current}>{name}</a>;
}

/** A page that only says something: gone, not found, an error. */
export function Statement(
  props: { readonly page: Page; readonly title: string; readonly text: string; readonly children?: Child },
): Html {
  return (
    <Layout page={props.page} title={props.title}>
      <section class="statement">
        <h1>{props.title}</h1>
        <p class="lead">{props.text}</p>
        {props.children ?? (
          <p>
            <a class="button" href="/">
              {props.page.t("page.home")} <Icon name="arrow" />
            </a>
          </p>
        )}
      </section>
    </Layout>
  );
}
