/** Accounts of people who sign up: better-auth (hashing, sessions) over the RecordStore. */
import { betterAuth } from "better-auth";
import { bearer } from "better-auth/plugins/bearer";
import { z } from "zod";
import { Locale, UserId } from "../actors/model/mod.ts";
import { type Host, type RecordStore, RelayError, type StoredRecord } from "../actors/ports/mod.ts";
import { recordAdapter } from "./auth_store.ts";
import type { AppSettings, Auth, SessionUser } from "./deps.ts";
import { PASSWORD_MAX, PASSWORD_MIN, weaknessOf } from "./password.ts";
import { HttpProblem } from "./problem.ts";
import { createWindow, type RateWindow, spend } from "./rate.ts";
import { cleanName, requireLine } from "./title.ts";

export { ACCOUNT_COLLECTIONS } from "./auth_store.ts";

export interface AuthDeps {
  readonly records: RecordStore;
  readonly host: Host;
  readonly settings: Pick<AppSettings, "publicUrl" | "operatorEmail">;
  /** Counts logins by address and e-mail; 10 a minute when absent. */
  readonly rateStore?: RateWindow;
}

const SESSION_S = 30 * 24 * 3600;
const REFRESH_S = 24 * 3600;
/** How long a session that was ended elsewhere may still be believed; saves a read and two HMACs per request. */
const BELIEVED_MS = 10_000;
const BELIEVED_MAX = 10_000;
/** An account without password after this long is the rest of a sign-up that the store refused half-way. */
const HALF_MADE_MS = 60_000;
const LOGINS = { count: 10, perMs: 60_000 };

const Email = z.email().max(254);
const User = z.object({ id: UserId, email: z.string(), name: z.string(), locale: Locale.catch("en") });
const Signed = z.object({ token: z.string().min(1), user: User });
const Found = z.object({ user: User }).nullable();
/** What better-auth throws. */
const LibraryError = z.object({ statusCode: z.number(), body: z.object({ code: z.string() }) });

/** Accounts over `records`, which must know `ACCOUNT_COLLECTIONS`. */
export function createAuth(deps: AuthDeps): Auth {
  const library = openLibrary(deps);
  const logins = deps.rateStore ?? createWindow({ ...LOGINS, now: deps.host.now });
  const believed = new Map<string, { readonly user: SessionUser; readonly until: number }>();

  async function findUser(token: string): Promise<SessionUser | null> {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    const session = await translated(deps.host, () => library.getSession(headers));
    const found = Found.parse(session);
    return found === null ? null : sessionUser(found.user, deps.settings);
  }

  return {
    signUp: async ({ email, password, name, locale }) => {
      const body = checkedSignUp({ email, password, name });
      await removeHalfMade(deps, body.email);
      const answer = await translated(deps.host, () => library.signUp({ ...body, locale }));
      const { token, user } = Signed.parse(answer);
      return { token, user: sessionUser(user, deps.settings) };
    },
    login: async ({ email, password, address }) => {
      const known = email.trim().toLowerCase();
      spend(logins, `${address} ${known}`);
      // The library would answer 400 for these, which would say more than "wrong".
      if (!Email.safeParse(known).success || password === "") throw wrongLogin();
      const answer = await translated(deps.host, () => library.signIn({ email: known, password }));
      const { token, user } = Signed.parse(answer);
      await removeExpired(deps, user.id);
      return { token, user: sessionUser(user, deps.settings) };
    },
    logout: async (token) => {
      believed.delete(token);
      const headers = new Headers({ authorization: `Bearer ${token}` });
      await translated(deps.host, () => library.signOut(headers));
    },
    userOf: async (token) => {
      const now = deps.host.now();
      const known = believed.get(token);
      if (known !== undefined && known.until > now) return known.user;
      believed.delete(token);
      const user = await findUser(token);
      if (user === null) return null;
      if (believed.size >= BELIEVED_MAX) believed.clear();
      believed.set(token, { user, until: now + BELIEVED_MS });
      return user;
    },
  };
}

/** The few calls that we make, so that the library's own types stay in here. */
interface Library {
  signUp(body: { email: string; password: string; name: string; locale: Locale }): Promise<unknown>;
  signIn(body: { email: string; password: string }): Promise<unknown>;
  signOut(headers: Headers): Promise<unknown>;
  getSession(headers: Headers): Promise<unknown>;
}

function openLibrary({ records, host, settings }: AuthDeps): Library {
  const { api } = betterAuth({
    baseURL: settings.publicUrl,
    secret: host.keyedHash("auth-secret:1") + host.keyedHash("auth-secret:2"),
    database: recordAdapter({ records, hashToken: (token) => host.keyedHash(token) }),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    session: { expiresIn: SESSION_S, updateAge: REFRESH_S },
    user: { additionalFields: { locale: { type: "string", required: false } } },
    plugins: [bearer()],
    // Its messages can hold e-mail addresses.
    logger: { disabled: true },
    telemetry: { enabled: false },
  });
  return {
    signUp: (body) => api.signUpEmail({ body }),
    signIn: (body) => api.signInEmail({ body }),
    signOut: (headers) => api.signOut({ headers }),
    getSession: (headers) => api.getSession({ headers }),
  };
}

function checkedSignUp(
  entered: { readonly email: string; readonly password: string; readonly name: string },
): { email: string; password: string; name: string } {
  const email = Email.safeParse(entered.email.trim().toLowerCase());
  if (!email.success) {
    throw new HttpProblem(
      400,
      "invalid-email",
      "Cannot use this e-mail address: it must look like name@example.org",
    );
  }
  const name = requireLine(cleanName(entered.name), "name", 400);
  const weakness = weaknessOf(entered.password, { email: email.data, name });
  if (weakness !== null) throw new HttpProblem(400, "weak-password", `Cannot use this password: ${weakness}`);
  return { email: email.data, password: entered.password, name };
}

function sessionUser(user: z.infer<typeof User>, settings: AuthDeps["settings"]): SessionUser {
  const { id, email, name, locale } = user;
  return { id, email, name, locale, operator: email === settings.operatorEmail?.trim().toLowerCase() };
}

function wrongLogin(): HttpProblem {
  return new HttpProblem(401, "unauthorized", "Cannot log in: the e-mail address or the password is wrong");
}

/** The library's errors as ours. It only reaches out to the store: its inner failures are the store's refusals. */
async function translated<T>(host: Host, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const known = LibraryError.safeParse(error);
    if (!known.success) throw error;
    const { statusCode, body } = known.data;
    if (body.code.startsWith("USER_ALREADY_EXISTS")) {
      throw new HttpProblem(
        409,
        "email-taken",
        "Cannot sign up with this e-mail address as it has an account",
      );
    }
    if (statusCode === 401) throw wrongLogin();
    host.log.warn("accounts library refused", { status: statusCode, code: body.code });
    if (statusCode >= 500 || body.code.startsWith("FAILED_TO")) {
      throw new RelayError("unavailable", "Cannot reach the accounts as the store refused: try again");
    }
    throw new HttpProblem(
      400,
      "invalid",
      "Cannot accept this account: check the e-mail address and the password",
    );
  }
}

async function removeHalfMade({ records, host }: AuthDeps, email: string): Promise<void> {
  const [user] = await records.find("auth-user", "email", email);
  if (user === undefined || timeOf(user, "createdAt") > host.now() - HALF_MADE_MS) return;
  const passwords = await records.find("auth-account", "userId", user.id);
  if (passwords.length === 0) await records.remove("auth-user", user.id);
}

async function removeExpired({ records, host }: AuthDeps, userId: string): Promise<void> {
  for (const session of await records.find("auth-session", "userId", userId)) {
    if (timeOf(session, "expiresAt") <= host.now()) await records.remove("auth-session", session.id);
  }
}

function timeOf(record: StoredRecord, field: string): number {
  return Date.parse(String(record[field]));
}
