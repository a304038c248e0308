/** Who may do what: owners their groups, browser guests their one group, operators the accounts. */
import type { Context, Next } from "hono";
import { GroupId, type GroupView, type MemberId } from "../actors/model/mod.ts";
import type { AppDeps, AppEnv, SessionUser } from "./deps.ts";
import { HttpProblem, notFound } from "./problem.ts";

/** @throws {HttpProblem} 401 when nobody is logged in */
export function requireUser(c: Context<AppEnv>): SessionUser {
  const user = c.var.user;
  if (user !== null) return user;
  throw new HttpProblem(
    401,
    "unauthorized",
    "Cannot tell who asks: send Authorization: Bearer and a token that is valid",
  );
}

/** @throws {HttpProblem} 401 for nobody, 403 for everybody else than the operator */
export function requireOperator(c: Context<AppEnv>): SessionUser {
  const user = requireUser(c);
  if (user.operator) return user;
  throw new HttpProblem(403, "forbidden", "Cannot show this as it is for the operator of this server only");
}

/** Turns strangers away before anything of a request is read; what a path takes may be asked. @throws {HttpProblem} 401 */
export async function requireSomebody(c: Context<AppEnv>, next: Next): Promise<void> {
  if (c.var.guest === null && c.req.method !== "OPTIONS") requireUser(c);
  await next();
}

/** The group of the path, for its owner. @throws {HttpProblem} 404 for other people's groups as for none */
export async function ownGroup(c: Context<AppEnv>, deps: AppDeps): Promise<GroupView> {
  const user = requireUser(c);
  const group = await groupOfPath(c, deps);
  if (group.ownerId !== user.id) throw notFound("group");
  return group;
}

/** The group of the path and who asks in it: its owner, or one of its browser guests. */
export async function asMember(
  c: Context<AppEnv>,
  deps: AppDeps,
): Promise<{ readonly group: GroupView; readonly member: MemberId }> {
  const { user, guest } = c.var;
  const group = await groupOfPath(c, deps);
  if (user !== null && group.ownerId === user.id) return { group, member: group.ownerMember };
  if (guest !== null && guest.group === group.id) return { group, member: guest.member };
  throw notFound("group");
}

async function groupOfPath(c: Context<AppEnv>, deps: AppDeps): Promise<GroupView> {
  const id = GroupId.safeParse(c.req.param("id"));
  const group = id.success ? await deps.relay.read.group(id.data) : null;
  if (group === null) throw notFound("group");
  return group;
}
