/** Invites: what a code leads to, browser guests, and making a new code. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { GroupView } from "../actors/model/mod.ts";
import { RelayError } from "../actors/ports/mod.ts";
import { ownGroup } from "./access.ts";
import {
  GroupPath,
  jsonAnswer,
  jsonBody,
  problemAnswer,
  resource,
  SIGNED_IN,
  USUAL_PROBLEMS,
} from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { ConsentField, requireConsent } from "./groups.ts";
import { CONSENT_VERSION } from "./pages/consent.ts";
import { HttpProblem, notFound } from "./problem.ts";
import { rateLimit } from "./rate.ts";
import { GroupJson, groupJson, InviteJson, inviteJson } from "./shapes.ts";
import { cleanName, requireLine } from "./title.ts";

const GUESTS = { count: 60, perMs: 60_000 };
/** Nobody guesses a code of 96 bits and more; this keeps a script from trying. */
const LOOKS = { count: 600, perMs: 60_000 };
const CODE_MAX = 128;

const Code = z.object({ code: z.string() });
const GONE = problemAnswer("`invite-gone`: rotated, or the group has ended");
const UNKNOWN = problemAnswer("There never was such an invite");

const read = createRoute({
  method: "get",
  path: "/api/invites/{code}",
  summary: "What an invite leads to",
  request: { params: Code },
  responses: { 200: jsonAnswer("The group and its links", InviteJson), 404: UNKNOWN, 410: GONE },
});

const join = createRoute({
  method: "post",
  path: "/api/invites/{code}/guests",
  summary: "Join in the browser",
  request: { params: Code, body: jsonBody(z.object({ name: z.string(), consent: ConsentField })) },
  responses: {
    201: jsonAnswer(
      "Joined: the token is for this group's messages, members and events",
      z.object({ memberId: z.string(), token: z.string(), groupId: z.string() }),
    ),
    400: USUAL_PROBLEMS[400],
    404: UNKNOWN,
    410: GONE,
    422: problemAnswer("`consent-required`, `name-empty`, `name-too-long`, `name-characters`"),
    429: problemAnswer("Too many guests from this address"),
  },
});

const rotate = createRoute({
  method: "post",
  path: "/api/groups/{id}/invite/rotate",
  summary: "End the invite and its links, make new ones",
  security: SIGNED_IN,
  request: { params: GroupPath },
  responses: { 200: jsonAnswer("The group with its new invite", GroupJson), ...USUAL_PROBLEMS },
});

/** `/api/invites/:code`, its guests, and `/api/groups/:id/invite/rotate`. */
export function inviteRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { relay, settings, host } = deps;
  const app = resource();
  app.get("/api/invites/:code", rateLimit({ ...LOOKS, now: host.now }));
  app.post("/api/invites/:code/guests", rateLimit({ ...GUESTS, now: host.now }));

  app.openapi(read, async (c) => {
    const group = await openInvite(deps, c.req.valid("param").code);
    return c.json(inviteJson(group, noticeOf(deps, group)), 200);
  });

  app.openapi(join, async (c) => {
    const { code } = c.req.valid("param");
    const body = c.req.valid("json");
    await openInvite(deps, code);
    const name = requireLine(cleanName(body.name), "name");
    requireConsent(body.consent, "without your agreement to the notice of the invite");
    const guest = await joined(deps, code, name);
    return c.json({ memberId: guest.memberId, token: guest.token, groupId: guest.group }, 201);
  });

  app.openapi(rotate, async (c) => {
    const { id } = await ownGroup(c, deps);
    return c.json(groupJson(await relay.ask.rotateInvite(id), settings), 200);
  });

  return app;
}

async function openInvite({ relay }: AppDeps, code: string): Promise<GroupView> {
  const invite = code.length > CODE_MAX ? null : await relay.read.invite(code);
  if (invite === null) throw notFound("invite");
  if (invite.state === "gone") throw gone();
  return invite.group;
}

async function joined(
  { relay }: AppDeps,
  code: string,
  name: string,
): Promise<Awaited<ReturnType<AppDeps["relay"]["ask"]["joinGuest"]>>> {
  try {
    return await relay.ask.joinGuest(code, { name, consentVersion: CONSENT_VERSION });
  } catch (error) {
    // Rotated between our look and the relay's.
    throw error instanceof RelayError && error.code === "gone" ? gone() : error;
  }
}

function gone(): HttpProblem {
  return new HttpProblem(
    410,
    "invite-gone",
    "Cannot use this invite as it was replaced or its group has ended",
  );
}

/** What the invite page says, in the language of the group. */
function noticeOf({ host, settings }: AppDeps, { locale, bridges }: GroupView): string {
  const messengers = bridges.map(({ messenger }) => host.text(locale, `messenger.${messenger}`)).join(", ");
  const days = String(settings.retentionDays);
  return [
    host.text(locale, "notice.welcome", { messengers }),
    host.text(locale, "invite.notice-name"),
    host.text(locale, "invite.notice-keep", { days }),
    host.text(locale, "invite.notice-stop"),
  ].join("\n");
}
