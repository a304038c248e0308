/** Forms: read and checked at the border; what was wrong goes back to the field that it belongs to. */
import type { z } from "zod";
import { type HttpProblem, problemOf } from "../problem.ts";
import type { Page, PageContext } from "./page.ts";

export { TEXT_MAX } from "../api.ts";

/** What somebody entered and what was wrong with it. `form` says which form of the page it was. */
export interface FormState {
  readonly form: string;
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** Field name → sentence. The field `""` is the form as a whole. */
  readonly errors: Readonly<Record<string, string>>;
}

export type FormResult<T> =
  | { readonly ok: true; readonly value: T; readonly entered: FormState["values"] }
  | { readonly ok: false; readonly state: FormState };

/** Reads the form of `c`. The messages of `schema` are keys of the locale files. */
export async function readForm<T>(
  c: PageContext,
  page: Page,
  form: string,
  schema: z.ZodType<T>,
): Promise<FormResult<T>> {
  const entered = await enteredIn(c);
  const parsed = schema.safeParse(entered);
  if (parsed.success) return { ok: true, value: parsed.data, entered };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0] ?? "");
    const text = issue.message.startsWith("error.") ? page.t(issue.message) : page.t("error.invalid");
    errors[field] ??= text;
  }
  return { ok: false, state: { form, values: withoutSecrets(entered), errors } };
}

/** A form that the server refused after its fields had been read. */
export function refused(
  form: string,
  entered: FormState["values"],
  errors: FormState["errors"],
): FormState {
  return { form, values: withoutSecrets(entered), errors };
}

/** The value that goes back into a text field. */
export function valueOf(state: FormState | undefined, form: string, field: string, otherwise = ""): string {
  if (state?.form !== form) return otherwise;
  const value = state.values[field];
  return typeof value === "string" ? value : otherwise;
}

/** What is wrong with a field of this form, if anything is. */
export function errorOf(state: FormState | undefined, form: string, field: string): string | undefined {
  return state?.form === form ? state.errors[field] : undefined;
}

/** What the caller did wrong, to be shown beside the form. @throws `error` when it is a bug or the server's trouble */
export function refusalOf(error: unknown): HttpProblem {
  const problem = problemOf(error);
  if (problem === null || problem.status >= 500) throw error;
  return problem;
}

async function enteredIn(c: PageContext): Promise<Record<string, string | string[]>> {
  const body = await c.req.parseBody({ all: true });
  const entered: Record<string, string | string[]> = {};
  for (const [field, value] of Object.entries(body)) {
    if (typeof value === "string") entered[field] = value;
    else if (Array.isArray(value)) {
      entered[field] = value.filter((one): one is string => typeof one === "string");
    }
  }
  return entered;
}

function withoutSecrets(values: FormState["values"]): FormState["values"] {
  const { password: _password, ...rest } = values;
  return rest;
}
