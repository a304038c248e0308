/** What all REST resources share: how they are declared, so that each is checked and in the OpenAPI document. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "./deps.ts";
import { HttpProblem } from "./problem.ts";
import { ProblemJson } from "./shapes.ts";

/** Longest text that can be written in the browser, in UTF-16 units: as the web's table has it. */
export const TEXT_MAX = 16_000;

/** A resource: requests that do not fit their schemas are answered 400 `invalid` with every field that is wrong. */
export function resource(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
      const fields = errors.map(({ path }) => path === "" ? "the body" : path).join(", ");
      throw new HttpProblem(400, "invalid", `Cannot read the request: check ${fields}`, { errors });
    },
  });
}

/** A JSON request body that has to be there. */
export function jsonBody<T extends z.ZodType>(
  schema: T,
): { content: { "application/json": { schema: T } }; required: true } {
  return { content: { "application/json": { schema } }, required: true };
}

/** A JSON answer. */
export function jsonAnswer<T extends z.ZodType>(
  description: string,
  schema: T,
): { description: string; content: { "application/json": { schema: T } } } {
  return { description, content: { "application/json": { schema } } };
}

interface ProblemAnswer {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemJson } };
}

/** An error answer of a route, by what it means there. */
export function problemAnswer(description: string): ProblemAnswer {
  return { description, content: { "application/problem+json": { schema: ProblemJson } } };
}

/** Errors of every route for people who are logged in. */
export const USUAL_PROBLEMS = {
  400: problemAnswer("The request is malformed"),
  401: problemAnswer("Not logged in"),
  404: problemAnswer("There is none, or it is not yours"),
};

/** The header or cookie that says who asks. */
export const SIGNED_IN: Record<string, string[]>[] = [{ bearer: [] }, { cookie: [] }];

/** A path that names a group. */
export const GroupPath = z.object({ id: z.string().openapi({ description: "Id of the group" }) });
