/** What the forms of a conversation do: the same for an owner on the group's page and for a browser guest. */
import type { Hono } from "hono";
import { z } from "zod";
import {
  type GroupView,
  type MemberId,
  MessageId,
  plain,
  textContent,
  type WebAction,
} from "../../actors/model/mod.ts";
import type { AppDeps, AppEnv } from "../deps.ts";
import { cleanText, EmojiField } from "../text.ts";
import { type FormState, readForm, refusalOf, refused, TEXT_MAX } from "./forms.ts";
import { type Page, type PageContext, pageOf } from "./page.ts";

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

const text = z.string("error.text-empty").transform((entered) => cleanText(entered).trim())
  .pipe(z.string().min(1, "error.text-empty").max(TEXT_MAX, "error.text-long"));
const PostForm = z.object({ text, replyTo: MessageId.optional().catch(undefined) });
const EditForm = z.object({ text });
const ReactForm = z.object({ emoji: z.literal("").or(EmojiField) });
const NothingForm = z.object({});

/** Mounts post, edit, delete and react below the conversation's page. */
export function mountChatActions(app: Hono<AppEnv>, deps: AppDeps, routes: ChatRoutes): void {
  app.post(`${routes.path}/messages`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: PostForm,
      action: ({ member, value }) => ({
        type: "message",
        member,
        content: textContent(plain(value.text)),
        ...(value.replyTo === undefined ? {} : { replyTo: value.replyTo }),
      }),
    }));
  app.post(`${routes.path}/messages/:messageId/edit`, (c) =>
    act(c, deps, routes, {
      form: "edit",
      schema: EditForm,
      action: ({ member, value, target }) => ({
        type: "edit",
        member,
        target,
        content: textContent(plain(value.text)),
      }),
    }));
  app.post(`${routes.path}/messages/:messageId/delete`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: NothingForm,
      action: ({ member, target }) => ({ type: "delete", member, target }),
    }));
  app.post(`${routes.path}/messages/:messageId/react`, (c) =>
    act(c, deps, routes, {
      form: "post",
      schema: ReactForm,
      action: ({ member, value, target }) => ({
        type: "reaction",
        member,
        target,
        emoji: value.emoji === "" ? [] : [value.emoji],
      }),
    }));
}

interface ActionSpec<T> {
  readonly form: string;
  readonly schema: z.ZodType<T>;
  action(input: { readonly member: MemberId; readonly value: T; readonly target: MessageId }): WebAction;
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
  const form = await readForm(c, pageOf(c, deps, seat.group.locale), spec.form, spec.schema);
  if (!form.ok) return await routes.show(c, seat, form.state);
  try {
    const action = spec.action({ member: seat.me, value: form.value, target: target.data });
    const { messageId } = await deps.relay.ask.act(seat.group.id, action);
    return c.redirect(`${seat.base}#m-${messageId}`, 303);
  } catch (error) {
    const problem = refusalOf(error);
    return await routes.show(c, seat, refused(spec.form, form.entered, { "": problem.message }));
  }
}
