/** What every page needs while it is rendered: who asks, in which language, and the texts in it. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { HtmlEscapedString } from "hono/utils/html";
import type { GroupId, Locale, MemberId } from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv, SessionUser } from "../deps.ts";
import { acceptedLocale, GUEST_COOKIE_PREFIX } from "../session.ts";

/** What a component makes: markup in which all text is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A text of the locale files in the language of the page. */
export type Translate = (key: string, values?: Readonly<Record<string, string>>) => string;

export interface Page {
  readonly locale: Locale;
  readonly t: Translate;
  readonly user: SessionUser | null;
  /** Path of the address that is shown, for the language links. */
  readonly path: string;
  readonly publicUrl: string;
  /** Whether the simulated phones can be visited. */
  readonly sandbox: boolean;
}

export type PageContext = Context<AppEnv>;

const LANGUAGE_COOKIE = "plenum_lang";
const YEAR_S = 365 * 24 * 3600;

/** The page that `c` asks for. `preferred` is the group's language, used unless the visitor chose one. */
export function pageOf(c: PageContext, deps: AppDeps, preferred?: Locale): Page {
  const locale = chosenLocale(c) ?? c.var.user?.locale ?? preferred ??
    acceptedLocale(c.req.header("accept-language"));
  return {
    locale,
    t: (key, values) => deps.host.text(locale, key, values),
    user: c.var.user ?? null,
    path: c.req.path,
    publicUrl: deps.settings.publicUrl,
    sandbox: deps.sandbox !== null,
  };
}

/** Keeps a language that was chosen with `?lang=` for the visits after this one. */
export function rememberLanguage(c: PageContext): void {
  const asked = c.req.query("lang");
  if (asked !== "en" && asked !== "de") return;
  setCookie(c, LANGUAGE_COOKIE, asked, { path: "/", sameSite: "Lax", httpOnly: true, maxAge: YEAR_S });
}

function chosenLocale(c: PageContext): Locale | null {
  const asked = c.req.query("lang") ?? getCookie(c, LANGUAGE_COOKIE);
  return asked === "en" || asked === "de" ? asked : null;
}

const KNOWN_MESSENGERS: ReadonlySet<string> = new Set(["whatsapp", "signal", "telegram", "web"]);

/** How people call a messenger. */
export function messengerName(page: Page, messenger: string): string {
  return KNOWN_MESSENGERS.has(messenger) ? page.t(`messenger.${messenger}`) : messenger;
}

/** Name of the cookie that holds a browser guest's token for one group. */
export function guestCookie(group: GroupId): string {
  return GUEST_COOKIE_PREFIX + group;
}

/** Who this browser is in `group`, if it has joined as a guest. */
export async function guestOf(c: PageContext, deps: AppDeps, group: GroupId): Promise<MemberId | null> {
  const token = getCookie(c, guestCookie(group));
  if (token === undefined || token === "") return null;
  const guest = await deps.relay.read.guest(token);
  return guest !== null && guest.group === group ? guest.member : null;
}

/** Sets a cookie that no script can read, for as long as `maxAgeS` says. */
export function setToken(
  c: PageContext,
  deps: AppDeps,
  cookie: { readonly name: string; readonly token: string; readonly maxAgeS: number },
): void {
  setCookie(c, cookie.name, cookie.token, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: deps.settings.publicUrl.startsWith("https:"),
    maxAge: cookie.maxAgeS,
  });
}

/** Where to go after a form: a path of ours only, never another site. */
export function safePath(path: string | undefined, otherwise: string): string {
  return path !== undefined && /^\/(?![/\\])[\w\-./?=&%~]*$/.test(path) ? path : otherwise;
}
