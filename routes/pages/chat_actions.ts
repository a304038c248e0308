/** What the forms of a conversation do: the same for an owner on the group's page and for a browser guest. */
import type { Hono } from "hono";
import type { z } from "zod";
import {
  type Content,
  type GroupView,
  type MemberId,
  MessageId,
  plain,
  type WebAction,
} from "../../actors/model/mod.ts";
import { fileContents, messageIn, reworded, sayAll, textOf } from "../composing.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import {
  CardForm,
  EditForm,
  NothingForm,
  PlaceForm,
  PollForm,
  ReactForm,
  readPost,
  VoteForm,
} from "./chat_forms.ts";
import { type FormState, readForm, refusalOf, refused } from "./forms.ts";
import type { Page, PageContext } from "./page.ts";

/** Somebody who may act in a group, and the address of the page on which they do. */
export interface Seat {
  readonly group: GroupView;
  readonly me: MemberId;
  readonly base: string;
  readonly page: Page;
}

export interface ChatRoutes {
  /** Path pattern of the conversation's page. */
  readonly path: string;
  /** Who asks; or the answer, where they may not. */
  seat(c: PageContext): Promise<Seat | Response>;
  /** The page again, with what was wrong. */
  show(c: PageContext, seat: Seat, state: FormState): Promise<Response>;
}

/** Mounts what people do below the conversation's page. */
export function mountChatActions(app: Hono<AppEnv>, deps: AppDeps, routes: ChatRoutes): void {
  const { path } = routes;
  app.post(`${path}/messages`, (c) => postMessage(c, deps, routes));
  const says = { poll: PollForm, place: PlaceForm, card: CardForm };
  for (const [form, schema] of Object.entries(says)) {
    app.post(`${path}/${form}`, (c) =>
      act<Content>(c, deps, routes, {
        form,
        schema,
        action: ({ seat, value }) => ({ type: "message", member: seat.me, content: value }),
      }));
  }
  mountChanges(app, deps, routes);
}

function mountChanges(app: Hono<AppEnv>, deps: AppDeps, routes: ChatRoutes): void {
  const one = `${routes.path}/messages/:messageId`;
  app.post(`${one}/edit`, (c) =>
    act(c, deps, routes, {
      form: "edit",
      schema: EditForm,
      action: async ({ seat, value, target }) => {
        const content = reworded(await messageIn(deps, seat.group.id, target), plain(value.text));
        return { type: "edit", member: seat.me, target, content };
      },
    }));
  app.post(`${one}/delete`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: NothingForm,
      action: ({ seat, target }) => ({ type: "delete", member: seat.me, target }),
    }));
  app.post(`${one}/react`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: ReactForm,
      action: ({ seat, value, target }) => {
        const emoji = value.emoji === "" ? [] : [value.emoji];
        return { type: "reaction", member: seat.me, target, emoji };
      },
    }));
  app.post(`${one}/vote`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: VoteForm,
      action: ({ seat, value, target }) => ({ type: "vote", member: seat.me, target, options: value }),
    }));
  app.post(`${one}/close`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: NothingForm,
      action: ({ seat, target }) => ({ type: "close-poll", member: seat.me, target }),
    }));
}

async function postMessage(c: PageContext, deps: AppDeps, routes: ChatRoutes): Promise<Response> {
  const seat = await routes.seat(c);
  if (seat instanceof Response) return seat;
  const form = await readPost(c, deps, seat);
  if (!form.ok) return await routes.show(c, seat, form.state);
  const { text, replyTo, files } = form.value;
  try {
    const contents = files.length > 0 ? fileContents(deps, files, plain(text)) : [textOf(plain(text))];
    const [first] = await sayAll(deps, seat.group.id, { member: seat.me, replyTo, contents });
    return c.redirect(`${seat.base}#m-${first}`, 303);
  } catch (error) {
    return await showRefusal(c, routes, seat, { form: "post", entered: form.entered, error });
  }
}

interface ActionSpec<T> {
  readonly form: string;
  readonly schema: z.ZodType<T>;
  action(
    input: { readonly seat: Seat; readonly value: T; readonly target: MessageId },
  ): WebAction | Promise<WebAction>;
}

/** Stands for the target of actions that have none. */
const NO_TARGET = MessageId.parse("00000000000");

async function act<T>(
  c: PageContext,
  deps: AppDeps,
  routes: ChatRoutes,
  spec: ActionSpec<T>,
): Promise<Response> {
  const seat = await routes.seat(c);
  if (seat instanceof Response) return seat;
  const target = MessageId.safeParse(c.req.param("messageId") ?? NO_TARGET);
  if (!target.success) return c.notFound();
  const form = await readForm(c, seat.page, spec.form, spec.schema);
  if (!form.ok) return await routes.show(c, seat, form.state);
  try {
    const action = await spec.action({ seat, value: form.value, target: target.data });
    const { messageId } = await deps.relay.ask.act(seat.group.id, action);
    return c.redirect(`${seat.base}#m-${messageId}`, 303);
  } catch (error) {
    return await showRefusal(c, routes, seat, { form: spec.form, entered: form.entered, error });
  }
}

async function showRefusal(
  c: PageContext,
  routes: ChatRoutes,
  seat: Seat,
  { form, entered, error }: {
    readonly form: string;
    readonly entered: FormState["values"];
    readonly error: unknown;
  },
): Promise<Response> {
  const problem = refusalOf(error);
  const text = problem.code === "text-empty" ? seat.page.t("error.text-empty") : problem.message;
  return await routes.show(c, seat, refused(form, entered, { "": text }));
}
