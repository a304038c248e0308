/** What the routes are given, and what they keep per request. */
import type { GroupId, Locale, MemberId, Messenger, UserId } from "../actors/model/mod.ts";
import type { Host, Relay } from "../actors/ports/mod.ts";
import type { SandboxPhones } from "./phones.ts";

/** Settings that routes and pages need; made from the environment by `main.ts`. */
export interface AppSettings {
  /** Where people reach us: no trailing slash. */
  readonly publicUrl: string;
  readonly operatorEmail: string | null;
  readonly retentionDays: number;
  /** `edge` takes webhooks only. */
  readonly role: "all" | "edge" | "worker";
  /** Which messengers a new group gets when none are named, `web` included. */
  readonly messengers: readonly Messenger[];
  readonly version: string;
}

/** Somebody who signed up and is logged in. */
export interface SessionUser {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly locale: Locale;
  /** Their e-mail is OPERATOR_EMAIL. */
  readonly operator: boolean;
}

/** A browser guest of one group. */
export interface GuestSession {
  readonly group: GroupId;
  readonly member: MemberId;
}

/** Accounts of people who sign up. All methods throw `HttpProblem` for what people get wrong. */
export interface Auth {
  signUp(input: {
    readonly email: string;
    readonly password: string;
    readonly name: string;
    readonly locale: Locale;
  }): Promise<{ readonly user: SessionUser; readonly token: string }>;
  login(input: {
    readonly email: string;
    readonly password: string;
    /** The client's address, for the rate limit. */
    readonly address: string;
  }): Promise<{ readonly user: SessionUser; readonly token: string }>;
  logout(token: string): Promise<void>;
  /** Whose session token this is. */
  userOf(token: string): Promise<SessionUser | null>;
}

export interface AppDeps {
  readonly relay: Relay;
  readonly auth: Auth;
  readonly host: Host;
  readonly settings: AppSettings;
  /** null: the sandbox is off, its routes answer 404. */
  readonly sandbox: SandboxPhones | null;
}

/** Hono's environment for every route and page. */
export interface AppEnv {
  Variables: {
    user: SessionUser | null;
    /** The bearer or cookie token that `user` came from. */
    token: string | null;
    guest: GuestSession | null;
    locale: Locale;
    /** Per response, for the Content-Security-Policy. */
    requestId: string;
  };
}
