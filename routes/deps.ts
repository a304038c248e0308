/** What the routes are given, and what they keep per request. */
import type { GroupId, Locale, MemberId, Messenger, UserId } from "../actors/model/mod.ts";
import type { Host, Relay } from "../actors/ports/mod.ts";

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

/** The simulated phones, while the sandbox is on. */
export interface SandboxPhones {
  addPhone(
    input: { readonly messenger: string; readonly name: string },
  ): Promise<{ readonly phoneId: string }>;
  join(phoneId: string, inviteUrl: string): Promise<{ readonly chatId: string }>;
  send(
    phoneId: string,
    message: {
      readonly chatId: string;
      readonly type: "text" | "edit" | "delete" | "reaction";
      readonly text?: string;
      readonly emoji?: string;
      readonly target?: string;
      readonly replyTo?: string;
    },
  ): Promise<{ readonly messageId: string }>;
  view(
    phoneId: string,
    chatId: string,
  ): Promise<{ readonly title: string; readonly messages: readonly PhoneMessage[] }>;
  /** Newest phones last. */
  phones(): readonly {
    readonly phoneId: string;
    readonly messenger: string;
    readonly name: string;
    readonly chats: readonly { readonly chatId: string; readonly title: string }[];
  }[];
}

/** A message as one simulated phone sees it. */
export interface PhoneMessage {
  readonly messageId: string;
  readonly from: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly from: string }[];
  readonly edited: boolean;
  readonly deleted: boolean;
}

/** Errors of the sandbox: `code` is `not-found` or `invalid`. */
export interface SandboxError extends Error {
  readonly code: "not-found" | "invalid";
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
