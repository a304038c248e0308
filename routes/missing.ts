/** What is answered where no route is: OPTIONS with what the path takes, 405 for what it does not, else 404. */
import type { Hono, NotFoundHandler } from "hono";
import type { AppEnv } from "./deps.ts";
import { answerProblem, HttpProblem } from "./problem.ts";

interface Known {
  readonly method: string;
  readonly path: RegExp;
}

/** The last word of `app`, by the routes that it has at the first such call. */
export function answerMissing(app: Hono<AppEnv>): NotFoundHandler<AppEnv> {
  let known: readonly Known[] | null = null;
  return (c) => {
    known ??= knownRoutes(app);
    const methods = known.filter(({ path }) => path.test(c.req.path)).map(({ method }) => method);
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    // A handler of this very method that passed the call on means that the thing is not there.
    if (methods.length === 0 || methods.includes(isRead ? "GET" : c.req.method)) {
      return answerProblem(
        c,
        new HttpProblem(404, "not-found", "Cannot find this: there is nothing at this path"),
      );
    }
    const allowed = [...new Set(methods)].sort().join(", ");
    if (c.req.method === "OPTIONS") return c.body(null, 204, { Allow: allowed });
    return answerProblem(
      c,
      new HttpProblem(405, "method-not-allowed", `Cannot do this here: the path takes ${allowed}`, {
        headers: { allow: allowed },
      }),
    );
  };
}

function knownRoutes(app: Hono<AppEnv>): readonly Known[] {
  return app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
    .map(({ method, path }) => ({ method, path: patternOf(path) }));
}

function patternOf(path: string): RegExp {
  const parts = path.split("/").map((part) => part.startsWith(":") ? "[^/]+" : RegExp.escape(part));
  return new RegExp(`^${parts.join("/")}$`);
}
