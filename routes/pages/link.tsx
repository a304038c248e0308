/** `/f/:token`: a file that a messenger could not take, for whoever has its address, until its time is over. */
import { Hono } from "hono";
import { isDeliveryFailure, type LinkedFile } from "../../actors/ports/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { shownFileName } from "../file_name.ts";
import { answerProblem, HttpProblem } from "../problem.ts";
import { rateLimit } from "../rate.ts";
import { answerFile } from "../served_file.ts";
import { sizeIn } from "./content.tsx";
import { Icon } from "./icons.tsx";
import { answer, Layout, Statement } from "./layout.tsx";
import { type Html, type Page, type PageContext, pageOf } from "./page.ts";

/** Nobody guesses a token; this keeps a script from trying. A file that is read in stretches is many calls. */
const LOOKS = { count: 600, perMs: 60_000 };
const PATH = "/f/:token";

/** The page about a file, and the file itself. Neither is for search engines. */
export function linkPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use("/f/*", rateLimit({ ...LOOKS, now: () => deps.host.now() }), async (c, next) => {
    await next();
    c.header("X-Robots-Tag", "noindex, nofollow");
  });
  app.get(PATH, async (c) => {
    const file = await deps.relay.media.linked(c.req.param("token"));
    const page = pageOf(c, deps);
    if (file === null) return await gone(c, page);
    return await answer(c, <FilePage page={page} file={file} path={c.req.path} />);
  });
  app.get(`${PATH}/download`, (c) => download(c, deps));
  return app;
}

async function download(c: PageContext, deps: AppDeps): Promise<Response> {
  const token = c.req.param("token") ?? "";
  const file = await deps.relay.media.linked(token);
  if (file === null) return await gone(c, pageOf(c, deps));
  const { name, bytes, mime, open } = file;
  const tag = deps.host.keyedHash(`link ${token}`);
  try {
    return await answerFile(c, { name, bytes, mime, open, tag, shown: false, cache: "private, no-store" });
  } catch (error) {
    if (isDeliveryFailure(error) && error.kind === "rejected") return await gone(c, pageOf(c, deps));
    if (error instanceof HttpProblem) return answerProblem(c, error);
    throw error;
  }
}

async function gone(c: PageContext, page: Page): Promise<Response> {
  const title = page.t("file.gone-title");
  return await answer(c, <Statement page={page} title={title} text={page.t("file.gone-text")} />, 410);
}

interface FilePageProps {
  readonly page: Page;
  readonly file: LinkedFile;
  readonly path: string;
}

function FilePage({ page, file, path }: FilePageProps): Html {
  const when = new Intl.DateTimeFormat(page.locale, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return (
    <Layout page={page} title={page.t("file.title")}>
      <h1>{page.t("file.title")}</h1>
      <section class="card linked">
        <p class="file-card">
          <Icon name="file" />
          <span>
            <strong dir="auto">{shownFileName(file.name)}</strong>
            <span class="quiet">{sizeIn(page, file.bytes)}</span>
          </span>
        </p>
        <p>{page.t("file.expires", { date: when.format(file.expiresAt) })}</p>
        <p class="quiet">{page.t("file.careful")}</p>
        <p>
          <a class="button" href={`${path}/download`} download>
            <Icon name="download" />
            {page.t("file.download")}
          </a>
        </p>
      </section>
    </Layout>
  );
}
