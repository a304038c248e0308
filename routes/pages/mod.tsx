/** The pages: server-rendered, usable without scripts, livelier with them. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppDeps, AppEnv } from "../deps.ts";
import { accountPages } from "./account.tsx";
import { adminPage } from "./admin.tsx";
import { adminAccountPages } from "./admin_account.tsx";
import { problemOf } from "../problem.ts";
import { groupPages } from "./group.tsx";
import { groupListPages } from "./groups.tsx";
import { guestPages } from "./guest.tsx";
import { homePage } from "./home.tsx";
import { invitePages } from "./invite.tsx";
import { answer, Statement } from "./layout.tsx";
import { pageOf, rememberLanguage } from "./page.ts";
import { linkPages } from "./link.tsx";
import { privacyPage } from "./privacy.tsx";
import { sandboxPages } from "./sandbox.tsx";

const FORM_MAX_BYTES = 64 * 1024;
/** Prefixes whose answers are for programs: their errors stay as they are. */
const NOT_PAGES = /^\/(api|webhooks|static|docs|metrics|healthz|readyz|openapi\.json)(\/|$)/;

/** A path of ours and the slash that somebody typed behind it. */
const PATH_WITH_SLASH = /^(\/[\w-][\w/-]*?)\/+$/;

/** Every page of the web interface. Mount it at `/`, after the session has been read. */
export function pages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => errorPage(c, deps, error));
  app.use("*", async (c, next) => {
    rememberLanguage(c);
    await next();
    if (c.res.status !== 404 || !isForPeople(c)) return;
    const { pathname, search } = new URL(c.req.url);
    const path = PATH_WITH_SLASH.exec(pathname)?.[1];
    c.res = path === undefined ? await notFoundPage(c, deps) : c.redirect(path + search, 301);
  });
  app.post("*", async (c, next) => isPagePath(c) && !hasFiles(c) ? await limit(c, next) : await next());
  app.route("/", homePage(deps));
  app.route("/", accountPages(deps));
  app.route("/", groupListPages(deps));
  app.route("/", groupPages(deps));
  app.route("/", invitePages(deps));
  app.route("/", guestPages(deps));
  app.route("/", adminPage(deps));
  app.route("/", adminAccountPages(deps));
  app.route("/", sandboxPages(deps));
  app.route("/", linkPages(deps));
  app.route("/", privacyPage(deps));
  return app;
}

const limit = bodyLimit({ maxSize: FORM_MAX_BYTES });

/** Where files are sent: such forms have limits of their own. */
const WITH_FILES = /\/messages$|^\/sandbox\/phones\/[^/]+\/send$/;

function hasFiles(c: Context<AppEnv>): boolean {
  return WITH_FILES.test(c.req.path) && (c.req.header("content-type") ?? "").startsWith("multipart/");
}

/** "There is no such page", for people. */
export async function notFoundPage(c: Context<AppEnv>, deps: AppDeps): Promise<Response> {
  const page = pageOf(c, deps);
  const title = page.t("error.not-found-title");
  return await answer(c, <Statement page={page} title={title} text={page.t("error.not-found-text")} />, 404);
}

/** What went wrong, for people; a bug is logged and shows nothing of itself. */
export async function errorPage(c: Context<AppEnv>, deps: AppDeps, error: unknown): Promise<Response> {
  const page = pageOf(c, deps);
  const problem = problemOf(error);
  if (problem?.code === "not-found") return await notFoundPage(c, deps);
  const wait = problem?.options.retryAfterMs;
  if (wait !== undefined) c.header("Retry-After", String(Math.max(1, Math.ceil(wait / 1000))));
  if (problem?.status === 503) {
    const title = page.t("error.busy-title");
    return await answer(c, <Statement page={page} title={title} text={page.t("error.busy-text")} />, 503);
  }
  if (problem !== null) {
    const title = page.t("error.refused-title");
    const status = problem.status === 413 || problem.status === 429 ? problem.status : 400;
    return await answer(c, <Statement page={page} title={title} text={problem.message} />, status);
  }
  deps.host.log.error("page failed", { route: c.req.routePath, request: c.var.requestId }, error);
  const title = page.t("error.failed-title");
  const text = page.t("error.failed-text", { id: c.var.requestId ?? "-" });
  return await answer(c, <Statement page={page} title={title} text={text} />, 500);
}

function isPagePath(c: Context<AppEnv>): boolean {
  return !NOT_PAGES.test(c.req.path);
}

function isForPeople(c: Context<AppEnv>): boolean {
  return isPagePath(c) && (c.req.header("accept") ?? "").includes("text/html");
}
