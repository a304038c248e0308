/** Sign-up, login and logout. */
import { Hono } from "hono";
import { deleteCookie } from "hono/cookie";
import type { Child } from "hono/jsx";
import { z } from "zod";
import { addressOf } from "../address.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { rateLimit } from "../rate.ts";
import { SESSION_COOKIE } from "../session.ts";
import { type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { NameField } from "./line_fields.ts";
import { answer, Layout } from "./layout.tsx";
import { type Html, type Page, type PageContext, pageOf, safePath, setToken } from "./page.ts";
import { Field, FieldError } from "./parts.tsx";

/** By address, as for the same calls over REST. */
const SIGNUPS = { count: 20, perMs: 60_000 };
const LOGINS = { count: 60, perMs: 60_000 };
const SESSION_S = 30 * 24 * 3600;
const PASSWORD_MIN = 10;

const Credentials = {
  email: z.string("error.email").trim().pipe(z.email("error.email")),
  password: z.string("error.password-empty").min(1, "error.password-empty").max(200, "error.password-long"),
};
const SignupForm = z.object({
  name: NameField,
  ...Credentials,
});
const LoginForm = z.object({ ...Credentials, next: z.string().max(500).optional() });

/** Which field a stable error code belongs to. */
const FIELD_OF: Readonly<Record<string, string>> = {
  "email-taken": "email",
  "taken": "email",
  "invalid-email": "email",
  "weak-password": "password",
};

/** `/signup`, `/login` and the logout form. */
export function accountPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/signup", (c) => {
    if (c.var.user) return c.redirect("/groups", 303);
    return answer(c, <Signup page={pageOf(c, deps)} />);
  });
  app.get("/login", (c) => {
    const next = safePath(c.req.query("next"), "/groups");
    if (c.var.user) return c.redirect(next, 303);
    return answer(c, <Login page={pageOf(c, deps)} next={next} />);
  });
  const now = (): number => deps.host.now();
  app.post("/signup", rateLimit({ ...SIGNUPS, now }), (c) => signUp(c, deps));
  app.post("/login", rateLimit({ ...LOGINS, now }), (c) => logIn(c, deps));
  app.post("/logout", async (c) => {
    if (c.var.token) await deps.auth.logout(c.var.token);
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
    return c.redirect("/", 303);
  });
  return app;
}

async function signUp(c: PageContext, deps: AppDeps): Promise<Response> {
  const page = pageOf(c, deps);
  const form = await readForm(c, page, "signup", SignupForm);
  if (!form.ok) return answer(c, <Signup page={page} state={form.state} />, 400);
  try {
    const { token } = await deps.auth.signUp({ ...form.value, locale: page.locale });
    setToken(c, deps, { name: SESSION_COOKIE, token, maxAgeS: SESSION_S });
    return c.redirect("/groups", 303);
  } catch (error) {
    const errors = authErrors(page, error);
    return answer(c, <Signup page={page} state={refused("signup", form.entered, errors)} />, 400);
  }
}

async function logIn(c: PageContext, deps: AppDeps): Promise<Response> {
  const page = pageOf(c, deps);
  const form = await readForm(c, page, "login", LoginForm);
  const next = safePath(form.ok ? form.value.next : undefined, "/groups");
  if (!form.ok) return answer(c, <Login page={page} next={next} state={form.state} />, 400);
  try {
    const { email, password } = form.value;
    const { token } = await deps.auth.login({ email, password, address: addressOf(c) ?? "unknown" });
    setToken(c, deps, { name: SESSION_COOKIE, token, maxAgeS: SESSION_S });
    return c.redirect(next, 303);
  } catch (error) {
    const errors = authErrors(page, error);
    return answer(c, <Login page={page} next={next} state={refused("login", form.entered, errors)} />, 400);
  }
}

function authErrors(page: Page, error: unknown): FormState["errors"] {
  const problem = refusalOf(error);
  const known = `error.${problem.code}`;
  const text = KNOWN_CODES.has(problem.code) ? page.t(known) : problem.message;
  return { [FIELD_OF[problem.code] ?? ""]: text };
}

const KNOWN_CODES: ReadonlySet<string> = new Set(["email-taken", "weak-password", "unauthorized"]);

interface AccountProps {
  readonly page: Page;
  readonly state?: FormState | undefined;
}

function Signup({ page, state }: AccountProps): Html {
  const { t } = page;
  const password = {
    hint: t("signup.password-hint"),
    minlength: PASSWORD_MIN,
    autocomplete: "new-password",
  };
  const other = { ask: t("signup.have"), path: "/login", name: t("nav.login") };
  return (
    <AccountPage page={page} form="signup" state={state} password={password} other={other}>
      <Field
        form="signup"
        name="name"
        label={t("signup.name")}
        hint={t("signup.name-hint")}
        state={state}
        maxlength={60}
        autocomplete="name"
      />
    </AccountPage>
  );
}

function Login({ page, state, next }: AccountProps & { readonly next: string }): Html {
  const { t } = page;
  const other = { ask: t("login.none"), path: "/signup", name: t("signup.title") };
  return (
    <AccountPage
      page={page}
      form="login"
      state={state}
      password={{ autocomplete: "current-password" }}
      other={other}
    >
      <input type="hidden" name="next" value={next} />
    </AccountPage>
  );
}

interface AccountPageProps extends AccountProps {
  readonly form: "signup" | "login";
  readonly password: { readonly hint?: string; readonly minlength?: number; readonly autocomplete: string };
  /** The way to the other of the two pages. */
  readonly other: { readonly ask: string; readonly path: string; readonly name: string };
  readonly children: Child;
}

/** Sign-up and login: their own field, then the e-mail address and the password. */
function AccountPage({ page, form, state, password, other, children }: AccountPageProps): Html {
  const { t } = page;
  return (
    <Layout page={page} title={t(`${form}.title`)}>
      <h1>{t(`${form}.title`)}</h1>
      <form method="post" action={`/${form}`} class="card">
        <FieldError id={`${form}-error`} text={state?.errors[""]} />
        {children}
        <Field
          form={form}
          name="email"
          label={t("signup.email")}
          type="email"
          state={state}
          autocomplete="email"
        />
        <Field
          form={form}
          name="password"
          label={t("signup.password")}
          type="password"
          state={state}
          {...password}
        />
        <button type="submit">{t(`${form}.submit`)}</button>
      </form>
      <p>
        {other.ask} <a href={other.path}>{other.name}</a>
      </p>
    </Layout>
  );
}
