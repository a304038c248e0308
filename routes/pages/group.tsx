/** `/groups/:id`: one group for its owner. */
import { Hono } from "hono";
import { z } from "zod";
import { GroupId, type GroupView } from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { Bridges, Invite } from "./bridges.tsx";
import { type ChatRoutes, mountChatActions, type Seat } from "./chat_actions.ts";
import { Conversation, conversationOf, type ConversationProps } from "./conversation.tsx";
import { type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { answer, Layout } from "./layout.tsx";
import { Members } from "./members.tsx";
import { type Html, type Page, type PageContext, pageOf } from "./page.ts";
import { Settings } from "./settings.tsx";
import { GroupIcon } from "./parts.tsx";
import { TitleField } from "./line_fields.ts";

const PATH = "/groups/:id";
const RenameForm = z.object({ title: TitleField });

/** The group's page and what its forms do. A group of somebody else does not exist. */
export function groupPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const routes: ChatRoutes = {
    path: PATH,
    seat: (c) => ownerSeat(c, deps),
    show: (c, seat, state) => show(c, deps, seat, state),
  };
  app.get(PATH, async (c) => {
    const seat = await ownerSeat(c, deps);
    return seat instanceof Response ? seat : await show(c, deps, seat);
  });
  app.post(`${PATH}/rename`, (c) => rename(c, deps));
  app.post(`${PATH}/rotate`, (c) => change(c, deps, "rotate", (id) => deps.relay.ask.rotateInvite(id)));
  app.post(
    `${PATH}/end`,
    (c) => change(c, deps, "end", (id) => deps.relay.ask.endGroup(id), "/groups?done=ended"),
  );
  mountChatActions(app, deps, routes);
  return app;
}

async function ownerSeat(c: PageContext, deps: AppDeps): Promise<Seat | Response> {
  const { user } = c.var;
  if (!user) return c.redirect(`/login?next=${encodeURIComponent(c.req.path)}`, 303);
  const id = GroupId.safeParse(c.req.param("id"));
  const group = id.success ? await deps.relay.read.group(id.data) : null;
  if (group === null || group.ownerId !== user.id) return await c.notFound();
  return { group, me: group.ownerMember, base: `/groups/${group.id}`, page: pageOf(c, deps) };
}

async function rename(c: PageContext, deps: AppDeps): Promise<Response> {
  const seat = await ownerSeat(c, deps);
  if (seat instanceof Response) return seat;
  const form = await readForm(c, seat.page, "rename", RenameForm);
  if (!form.ok) return await show(c, deps, seat, form.state);
  try {
    await deps.relay.ask.renameGroup(seat.group.id, form.value.title);
    return c.redirect(seat.base, 303);
  } catch (error) {
    const problem = refusalOf(error);
    return await show(c, deps, seat, refused("rename", form.entered, { title: problem.message }));
  }
}

async function change(
  c: PageContext,
  deps: AppDeps,
  form: string,
  ask: (id: GroupId) => Promise<unknown>,
  then?: string,
): Promise<Response> {
  const seat = await ownerSeat(c, deps);
  if (seat instanceof Response) return seat;
  try {
    await ask(seat.group.id);
    return c.redirect(then ?? seat.base, 303);
  } catch (error) {
    const problem = refusalOf(error);
    return await show(c, deps, seat, refused(form, {}, { "": problem.message }));
  }
}

async function show(c: PageContext, deps: AppDeps, seat: Seat, state?: FormState): Promise<Response> {
  const chat = await conversationOf(c, deps, seat, state);
  return await answer(c, <GroupPage group={seat.group} chat={chat} />, state === undefined ? 200 : 422);
}

interface GroupPageProps {
  readonly group: GroupView;
  readonly chat: ConversationProps;
}

function GroupPage({ group, chat }: GroupPageProps): Html {
  const { page, members, me, base, state } = chat;
  return (
    <Layout page={page} title={group.title} kind="wide" events={`/api/groups/${group.id}/events`}>
      <header class="group-top" data-key="group-top">
        <GroupIcon group={group} />
        <div>
          <h1 class="group-title" dir="auto">{group.title}</h1>
          {group.description === undefined ? null : <p class="quiet" dir="auto">{group.description}</p>}
        </div>
      </header>
      <GroupNote page={page} group={group} />
      <div class="columns" data-key="columns">
        <div class="side" data-key="side">
          <Invite page={page} group={group} />
          <Bridges page={page} group={group} />
          <Members page={page} members={members} me={me} />
          <Settings page={page} group={group} base={base} state={state} />
        </div>
        <Conversation {...chat} />
      </div>
    </Layout>
  );
}

function GroupNote({ page, group }: { readonly page: Page; readonly group: GroupView }): Html | null {
  const count = group.bridges.filter((one) => one.status === "needs-action").length;
  if (count === 0) return null;
  return <p class="note note-warn" data-key="note">{page.t("group.attention")}</p>;
}
