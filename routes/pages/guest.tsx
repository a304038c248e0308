/** `/j/:code/chat`: the conversation in the browser, for somebody without an account. */
import { Hono } from "hono";
import { z } from "zod";
import type { GroupView } from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { rateLimit } from "../rate.ts";
import { type ChatRoutes, mountChatActions, type Seat } from "./chat_actions.ts";
import { CONSENT_VERSION } from "./consent.ts";
import { Conversation, conversationOf, type ConversationProps } from "./conversation.tsx";
import { errorOf, type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { invitedTo } from "./invite.tsx";
import { NameField } from "./line_fields.ts";
import { answer, Layout } from "./layout.tsx";
import {
  guestCookie,
  guestOf,
  type Html,
  messengerName,
  type Page,
  type PageContext,
  pageOf,
  setToken,
} from "./page.ts";
import { ConsentBox, Field, FieldError, GroupIcon } from "./parts.tsx";

const PATH = "/j/:code/chat";
/** By address, as for the same call over REST. */
const JOINS = { count: 60, perMs: 60_000 };
const GUEST_S = 180 * 24 * 3600;

const JoinForm = z.object({
  name: NameField,
  consent: z.literal("yes", "error.guest-consent"),
});

/** Name and consent first, then the chat. */
export function guestPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const routes: ChatRoutes = {
    path: PATH,
    seat: (c) => guestSeat(c, deps),
    show: (c, seat, state) => showChat(c, deps, seat, state),
  };
  app.get(PATH, async (c) => {
    const group = await invitedTo(c, deps);
    if (group instanceof Response) return group;
    const seat = await seatIn(c, deps, group);
    return seat === null ? await showJoin(c, deps, group) : await showChat(c, deps, seat);
  });
  app.post(PATH, rateLimit({ ...JOINS, now: () => deps.host.now() }), (c) => join(c, deps));
  mountChatActions(app, deps, routes);
  return app;
}

async function seatIn(c: PageContext, deps: AppDeps, group: GroupView): Promise<Seat | null> {
  const me = await guestOf(c, deps, group.id);
  if (me === null) return null;
  return { group, me, base: `/j/${group.inviteCode}/chat`, page: pageOf(c, deps, group.locale) };
}

async function guestSeat(c: PageContext, deps: AppDeps): Promise<Seat | Response> {
  const group = await invitedTo(c, deps);
  if (group instanceof Response) return group;
  return await seatIn(c, deps, group) ?? c.redirect(`/j/${group.inviteCode}/chat`, 303);
}

async function join(c: PageContext, deps: AppDeps): Promise<Response> {
  const group = await invitedTo(c, deps);
  if (group instanceof Response) return group;
  const page = pageOf(c, deps, group.locale);
  const form = await readForm(c, page, "join", JoinForm);
  if (!form.ok) return await showJoin(c, deps, group, form.state);
  try {
    const { token } = await deps.relay.ask.joinGuest(group.inviteCode, {
      name: form.value.name,
      consentVersion: CONSENT_VERSION,
    });
    setToken(c, deps, { name: guestCookie(group.id), token, maxAgeS: GUEST_S });
    return c.redirect(`/j/${group.inviteCode}/chat`, 303);
  } catch (error) {
    const problem = refusalOf(error);
    return await showJoin(c, deps, group, refused("join", form.entered, { "": problem.message }));
  }
}

async function showJoin(
  c: PageContext,
  deps: AppDeps,
  group: GroupView,
  state?: FormState,
): Promise<Response> {
  const page = pageOf(c, deps, group.locale);
  return await answer(
    c,
    <JoinPage page={page} group={group} state={state} />,
    state === undefined ? 200 : 422,
  );
}

async function showChat(c: PageContext, deps: AppDeps, seat: Seat, state?: FormState): Promise<Response> {
  const chat = await conversationOf(c, deps, seat, state);
  return await answer(c, <ChatPage group={seat.group} chat={chat} />, state === undefined ? 200 : 422);
}

interface JoinProps {
  readonly page: Page;
  readonly group: GroupView;
  readonly state: FormState | undefined;
}

function JoinPage({ page, group, state }: JoinProps): Html {
  const { t } = page;
  const messengers = group.bridges.map((one) => messengerName(page, one.messenger)).join(", ");
  return (
    <Layout page={page} title={t("invite.title", { title: group.title })}>
      <p class="kicker">{t("guest.kicker")}</p>
      <h1 dir="auto">{group.title}</h1>
      <p>{t("notice.welcome", { messengers })}</p>
      <form method="post" action={`/j/${group.inviteCode}/chat`} class="card">
        <FieldError id="join-error" text={errorOf(state, "join", "")} />
        <Field
          form="join"
          name="name"
          label={t("guest.your-name")}
          hint={t("guest.your-name-hint")}
          state={state}
          maxlength={60}
          autocomplete="nickname"
        />
        <ConsentBox form="join" name="consent" state={state}>
          {t("guest.consent")} <a href="/privacy">{t("create.consent-more")}</a>
        </ConsentBox>
        <button type="submit">{t("guest.enter")}</button>
      </form>
      <p>
        <a href={`/j/${group.inviteCode}`}>{t("guest.other")}</a>
      </p>
    </Layout>
  );
}

interface ChatProps {
  readonly group: GroupView;
  readonly chat: ConversationProps;
}

function ChatPage({ group, chat }: ChatProps): Html {
  const { page, members } = chat;
  const names = members.map((one) => one.name).join(", ");
  return (
    <Layout page={page} title={group.title} kind="chat" events={`/api/groups/${group.id}/events`}>
      <header class="chat-top" data-key="chat-top">
        <GroupIcon group={group} />
        <div>
          <h1 dir="auto">{group.title}</h1>
          <p class="quiet" dir="auto">{page.t("guest.people", { count: String(members.length), names })}</p>
          {group.description === undefined ? null : <p class="quiet" dir="auto">{group.description}</p>}
        </div>
      </header>
      <Conversation {...chat} />
    </Layout>
  );
}
