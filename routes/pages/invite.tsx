/** `/j/:code`: the page that the owner passes on. One button per messenger, and what happens with the data. */
import { Hono } from "hono";
import type { BridgeView, GroupView } from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { Badge, Icon } from "./icons.tsx";
import { answer, Layout, Statement } from "./layout.tsx";
import { type Html, messengerName, type Page, type PageContext, pageOf } from "./page.ts";

/** The public invite page. */
export function invitePages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/j/:code", async (c) => {
    const group = await invitedTo(c, deps);
    if (group instanceof Response) return group;
    const page = pageOf(c, deps, group.locale);
    return await answer(
      c,
      <InvitePage page={page} group={group} retentionDays={deps.settings.retentionDays} />,
    );
  });
  return app;
}

/** The group that the code of this address leads to, or the answer that says why there is none. */
export async function invitedTo(c: PageContext, deps: AppDeps): Promise<GroupView | Response> {
  const invite = await deps.relay.read.invite(c.req.param("code") ?? "");
  if (invite === null) return await c.notFound();
  if (invite.state === "open") return invite.group;
  const page = pageOf(c, deps);
  const node = (
    <Statement
      page={page}
      title={page.t("invite.gone-title")}
      text={page.t("invite.gone-text")}
    />
  );
  return await answer(c, node, 410);
}

interface InviteProps {
  readonly page: Page;
  readonly group: GroupView;
  readonly retentionDays: number;
}

function InvitePage({ page, group, retentionDays }: InviteProps): Html {
  const { t } = page;
  const web = group.bridges.some((one) => one.messenger === "web");
  const native = group.bridges.filter((one) => one.messenger !== "web");
  const names = group.bridges.map((one) => messengerName(page, one.messenger)).join(", ");
  return (
    <Layout page={page} title={t("invite.title", { title: group.title })}>
      <section class="invitation">
        <p class="kicker">{t("invite.kicker")}</p>
        <h1 dir="auto">{group.title}</h1>
        <p class="lead">{t("invite.lead")}</p>
        <ul class="doors">
          {native.map((bridge) => <Door page={page} bridge={bridge} />)}
          {web
            ? (
              <li>
                <a class="door" href={`/j/${group.inviteCode}/chat`}>
                  <Badge messenger="web" />
                  <span>{t("invite.browser")}</span>
                  <Icon name="arrow" />
                </a>
              </li>
            )
            : null}
        </ul>
      </section>
      <section class="card" aria-labelledby="notice-title">
        <h2 id="notice-title">{t("invite.notice-title")}</h2>
        <p>{t("notice.welcome", { messengers: names })}</p>
        <ul class="plain-list">
          <li>{t("invite.notice-name")}</li>
          <li>{t("invite.notice-keep", { days: String(retentionDays) })}</li>
          <li>{t("invite.notice-stop")}</li>
        </ul>
        <p>
          <a href="/privacy">{t("invite.notice-more")}</a>
        </p>
      </section>
    </Layout>
  );
}

function Door({ page, bridge }: { readonly page: Page; readonly bridge: BridgeView }): Html {
  const messenger = messengerName(page, bridge.messenger);
  const open = bridge.status === "ready" && bridge.inviteUrl !== null && isLink(bridge.inviteUrl);
  if (!open) {
    return (
      <li>
        <span class="door door-closed">
          <Badge messenger={bridge.messenger} />
          <span>{page.t("invite.not-yet", { messenger })}</span>
        </span>
      </li>
    );
  }
  return (
    <li>
      <a class="door" href={bridge.inviteUrl ?? ""} rel="noopener" data-messenger={bridge.messenger}>
        <Badge messenger={bridge.messenger} />
        <span>{page.t("invite.join", { messenger })}</span>
        <Icon name="arrow" />
      </a>
    </li>
  );
}

function isLink(url: string): boolean {
  return /^(https?|tg|sgnl|whatsapp):\/\//i.test(url);
}
