/** Somebody who visits the pages without scripts. */
import assert from "node:assert/strict";
import { createApp } from "../../../../routes/app.ts";
import type { AppDeps } from "../../../../routes/deps.ts";
import { stubDeps, type World } from "./stub_world.ts";

/** Where the pages think that they are. */
export const URL_BASE = "http://plenum.test";

/** A browser without scripts. */
export interface Visitor {
  readonly deps: AppDeps;
  readonly world: World;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  post(
    path: string,
    form: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | FormData,
  ): Promise<Response>;
}

/** Somebody with a browser without scripts: keeps cookies. */
export function visitor(options: { readonly operator?: string } = {}): Visitor {
  const { deps, world } = stubDeps(URL_BASE, options);
  const app = createApp(deps);
  const cookies = new Map<string, string>();
  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("accept", headers.get("accept") ?? "text/html");
    headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await app.request(`${URL_BASE}${path}`, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
  return {
    deps,
    world,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form) => {
      if (form instanceof FormData) {
        return send(path, { method: "POST", body: form, headers: { origin: URL_BASE } });
      }
      const entries = Array.isArray(form) ? form.map(([name, value]) => [name, value]) : Object.entries(form);
      return send(path, {
        method: "POST",
        body: new URLSearchParams(entries),
        headers: { origin: URL_BASE },
      });
    },
  };
}

/** What the owner signs up with. */
export const ACCOUNT = { name: "Olga", email: "olga@example.org", password: "a long enough secret" };
/** The form of a good group. */
export const GROUP = [["title", "Lake weekend"], ["messengers", "signal"], ["messengers", "web"], [
  "consent",
  "yes",
]] as const;

/** An owner who is logged in and has one group. */
export async function ownerWithGroup(): Promise<{ visit: Visitor; path: string; code: string }> {
  const visit = visitor();
  await visit.post("/signup", ACCOUNT);
  const created = await visit.post("/groups", GROUP);
  const path = created.headers.get("location") ?? "";
  const [group] = [...visit.world.groups.values()];
  assert.ok(group);
  return { visit, path, code: group.code };
}
