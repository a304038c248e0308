/** `/sandbox`: simulated phones side by side, while no real account is connected. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import type { AppDeps, AppEnv } from "../deps.ts";
import type { PhoneMessage, PhoneOrder, SandboxPhones } from "../phones.ts";
import { phoneLink } from "../sandbox_links.ts";
import { errorOf, type FormState, readForm, refusalOf, refused } from "./forms.ts";
import { NameField } from "./line_fields.ts";
import { answer } from "./layout.tsx";
import { type PageContext, pageOf } from "./page.ts";
import { filesIn, ordersOf, PollForm, SendForm } from "./phone_forms.ts";
import { type PhoneProps } from "./sandbox_phone.tsx";
import { SandboxPage } from "./sandbox_page.tsx";

/** How many phones fit beside each other; older ones stay reachable over REST. */
const PHONES_SHOWN = 6;
/** How often the page looks for news: the phones are not a group, so no event stream tells of them. */
const POLL_MS = 500;
/** A few pictures: all of a form is read before anything of it is sent. */
const FORM_MAX_BYTES = 12 * 1024 * 1024;

const MESSENGERS = ["whatsapp", "signal", "telegram"] as const;

const link = z.string().trim().max(2000, "error.invite-url");
const PhoneForm = z.object({
  messenger: z.enum(MESSENGERS, "error.messengers-empty"),
  name: NameField,
  inviteUrl: link.optional(),
});
const JoinForm = z.object({ inviteUrl: link.min(1, "error.invite-url") });
/** The phones and what is done with them. Nothing of it exists while the sandbox is off. */
export function sandboxPages(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const { sandbox } = deps;
  if (sandbox === null) return app;
  app.get("/sandbox", (c) => show(c, deps, sandbox));
  app.post("/sandbox/phones", (c) => addPhone(c, deps, sandbox));
  app.post("/sandbox/phones/:phoneId/join", (c) => joinChat(c, deps, sandbox));
  app.use("/sandbox/phones/:phoneId/send", bodyLimit({ maxSize: FORM_MAX_BYTES }));
  app.post("/sandbox/phones/:phoneId/send", (c) => send(c, deps, sandbox));
  app.post("/sandbox/phones/:phoneId/poll", (c) => sendPoll(c, deps, sandbox));
  return app;
}

async function addPhone(c: PageContext, deps: AppDeps, sandbox: SandboxPhones): Promise<Response> {
  const form = await readForm(c, pageOf(c, deps), "phone", PhoneForm);
  if (!form.ok) return await show(c, deps, sandbox, form.state);
  const { messenger, inviteUrl } = form.value;
  try {
    const { phoneId } = await sandbox.addPhone({ messenger, name: form.value.name });
    if (inviteUrl) await sandbox.join(phoneId, await phoneLink(deps, messenger, inviteUrl));
    return c.redirect(`/sandbox${search(c, { join: null })}#phone-${phoneId}`, 303);
  } catch (error) {
    return await show(c, deps, sandbox, refused("phone", form.entered, { inviteUrl: sentence(error) }));
  }
}

async function joinChat(c: PageContext, deps: AppDeps, sandbox: SandboxPhones): Promise<Response> {
  const phone = sandbox.phones().find((one) => one.phoneId === c.req.param("phoneId"));
  if (phone === undefined) return await c.notFound();
  const name = `join-${phone.phoneId}`;
  const form = await readForm(c, pageOf(c, deps), name, JoinForm);
  if (!form.ok) return await show(c, deps, sandbox, form.state);
  try {
    const url = await phoneLink(deps, phone.messenger, form.value.inviteUrl);
    const { chatId } = await sandbox.join(phone.phoneId, url);
    const query = search(c, { join: null, [`chat-${phone.phoneId}`]: chatId });
    return c.redirect(`/sandbox${query}#phone-${phone.phoneId}`, 303);
  } catch (error) {
    return await show(c, deps, sandbox, refused(name, form.entered, { inviteUrl: sentence(error) }));
  }
}

async function send(c: PageContext, deps: AppDeps, sandbox: SandboxPhones): Promise<Response> {
  return await act(c, deps, sandbox, { form: "send", schema: SendForm, field: "text", orders: ordersOf });
}

async function sendPoll(c: PageContext, deps: AppDeps, sandbox: SandboxPhones): Promise<Response> {
  const orders = (poll: PhoneOrder): readonly PhoneOrder[] => [poll];
  return await act(c, deps, sandbox, { form: "poll", schema: PollForm, field: "options", orders });
}

interface Acting<T> {
  readonly form: string;
  readonly schema: z.ZodType<T>;
  /** Where it stands what is wrong. */
  readonly field: string;
  orders(entered: T, files: readonly File[]): readonly PhoneOrder[] | Promise<readonly PhoneOrder[]>;
}

async function act<T>(
  c: PageContext,
  deps: AppDeps,
  sandbox: SandboxPhones,
  { schema, field, orders, ...acting }: Acting<T>,
): Promise<Response> {
  const phoneId = c.req.param("phoneId") ?? "";
  if (!sandbox.phones().some((one) => one.phoneId === phoneId)) return await c.notFound();
  const name = `${acting.form}-${phoneId}`;
  const page = pageOf(c, deps);
  const form = await readForm(c, page, name, schema);
  if (!form.ok) return await show(c, deps, sandbox, form.state);
  try {
    const all = await orders(form.value, await filesIn(c));
    if (all.length === 0) {
      return await show(
        c,
        deps,
        sandbox,
        refused(name, form.entered, { [field]: page.t("error.text-empty") }),
      );
    }
    for (const order of all) await sandbox.send(phoneId, order);
    const query = search(c, { reply: null, edit: null, poll: null });
    return c.redirect(`/sandbox${query}#phone-${phoneId}`, 303);
  } catch (error) {
    return await show(c, deps, sandbox, refused(name, form.entered, { [field]: sentence(error) }));
  }
}

/** The sandbox and the relay answer people in sentences; anything else is a bug and goes on up. */
function sentence(error: unknown): string {
  if (error instanceof Error && "code" in error && (error.code === "not-found" || error.code === "invalid")) {
    return error.message;
  }
  return refusalOf(error).message;
}

/** The query of this address with some parameters changed; `null` leaves one out. */
function search(c: PageContext, changes: Readonly<Record<string, string | null>>): string {
  const params = new URL(c.req.url).searchParams;
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) params.delete(key);
    else params.set(key, value);
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

async function show(
  c: PageContext,
  deps: AppDeps,
  sandbox: SandboxPhones,
  state?: FormState,
): Promise<Response> {
  const page = pageOf(c, deps);
  const all = sandbox.phones();
  const query = (changes: Readonly<Record<string, string | null>>): string => search(c, changes);
  const invited = c.req.query("join");
  const inviteUrl = invited === undefined ? "" : `${page.publicUrl}/sandbox?join=${invited}`;
  const phones = await Promise.all(
    all.slice(-PHONES_SHOWN).map(async (phone): Promise<PhoneProps> => {
      const asked = c.req.query(`chat-${phone.phoneId}`);
      const chat = phone.chats.find((one) => one.chatId === asked) ?? phone.chats.at(-1);
      const view = chat === undefined ? null : await sandbox.view(phone.phoneId, chat.chatId);
      return {
        page,
        phone,
        chat: chat === undefined || view === null ? null : { chatId: chat.chatId, ...view },
        replying: targetIn(c.req.query("reply"), phone.phoneId, view?.messages),
        editing: targetIn(c.req.query("edit"), phone.phoneId, view?.messages),
        polling: c.req.query("poll") === phone.phoneId || state?.form === `poll-${phone.phoneId}`,
        inviteUrl: invited?.startsWith(`${phone.messenger}:`) ? inviteUrl : "",
        query,
        state,
      };
    }),
  );
  const props = {
    page,
    phones,
    hidden: all.length - phones.length,
    messengers: MESSENGERS,
    inviteUrl,
    query,
    state,
  };
  const messenger = MESSENGERS.find((one) => invited?.startsWith(`${one}:`)) ?? MESSENGERS[0];
  const error = errorOf(state, "phone", "");
  return await answer(
    c,
    <SandboxPage {...props} messenger={messenger} error={error} pollMs={POLL_MS} />,
    state === undefined ? 200 : 422,
  );
}

/** `reply=<phone>:<message>`: only one phone answers or edits at a time. */
function targetIn(
  asked: string | undefined,
  phoneId: string,
  messages: readonly PhoneMessage[] | undefined,
): PhoneMessage | undefined {
  if (asked === undefined || !asked.startsWith(`${phoneId}:`)) return undefined;
  const id = asked.slice(phoneId.length + 1);
  return messages?.find((one) => one.messageId === id && !one.deleted);
}
