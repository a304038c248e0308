/** The JSON of the REST contract: schemas for the OpenAPI document and the functions that fill them. */
import { z } from "@hono/zod-openapi";
import { BridgeStatus, DeliveryStatus, Locale, Mode, Span } from "../actors/model/mod.ts";
import type { BridgeView, GroupView, MemberView, MessageView } from "../actors/model/mod.ts";
import { ContentJson, contentJson, wordsOf } from "./content_shape.ts";
import type { AppSettings } from "./deps.ts";

/** What every error looks like (RFC 9457). */
export const ProblemJson = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().openapi({ description: "Stable: programs may compare it" }),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).openapi("Problem");

/** One bridge of a group. */
export const BridgeJson = z.object({
  messenger: z.string(),
  status: BridgeStatus,
  inviteUrl: z.string().nullable(),
  action: z.object({ kind: z.string(), url: z.string().optional(), text: z.string() }).optional(),
  reason: z.string().optional(),
}).openapi("Bridge");

/** A group, for its owner. */
export const GroupJson = z.object({
  id: z.string(),
  title: z.string(),
  inviteCode: z.string(),
  inviteUrl: z.string(),
  mode: Mode,
  createdAt: z.number().openapi({ description: "Milliseconds since 1970" }),
  bridges: z.array(BridgeJson),
  description: z.string().optional(),
}).openapi("Group");

/** What everybody who has the invite may know. */
export const InviteJson = z.object({
  title: z.string(),
  description: z.string().optional(),
  locale: Locale,
  mode: Mode,
  notice: z.string().openapi({ description: "To be shown before anybody joins" }),
  messengers: z.array(z.object({
    messenger: z.string(),
    status: BridgeStatus,
    inviteUrl: z.string().nullable(),
  })),
}).openapi("Invite");

/** A person in a group. */
export const MemberJson = z.object({
  id: z.string(),
  name: z.string(),
  messenger: z.string(),
  owner: z.boolean(),
  admin: z.boolean(),
  muted: z.boolean(),
  joinedAt: z.number(),
  consentedAt: z.number().nullable(),
}).openapi("Member");

/** A message within the retention window. */
export const MessageJson = z.object({
  id: z.string(),
  at: z.number().openapi({ description: "Milliseconds since 1970" }),
  author: z.object({ memberId: z.string(), name: z.string(), messenger: z.string() }),
  content: ContentJson,
  text: z.string().openapi({ description: "Its text, its caption, or what it is in words" }),
  spans: z.array(Span),
  replyTo: z.string().nullable(),
  reactions: z.array(z.object({ memberId: z.string(), emoji: z.string() })),
  edited: z.boolean(),
  deleted: z.boolean(),
  notice: z.boolean().optional().openapi({ description: "A line of Plenum itself, which nobody can answer" }),
  delivery: z.record(z.string(), DeliveryStatus),
}).openapi("Message");

/** `view` as JSON, without what is not set. */
export function bridgeJson(view: BridgeView): z.infer<typeof BridgeJson> {
  const { messenger, status, inviteUrl, action, reason } = view;
  return {
    messenger,
    status,
    inviteUrl,
    ...(action === undefined ? {} : { action: { ...action } }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** `view` as its owner sees it. */
export function groupJson(view: GroupView, settings: AppSettings): z.infer<typeof GroupJson> {
  const { id, title, inviteCode, mode, createdAt } = view;
  const inviteUrl = `${settings.publicUrl}/j/${inviteCode}`;
  const bridges = view.bridges.map(bridgeJson);
  return { id, title, inviteCode, inviteUrl, mode, createdAt, bridges, ...describedAs(view) };
}

/** `view` as strangers with the invite see it. */
export function inviteJson(view: GroupView, notice: string): z.infer<typeof InviteJson> {
  const { title, locale, mode } = view;
  const messengers = view.bridges.map(({ messenger, status, inviteUrl }) => ({
    messenger,
    status,
    inviteUrl,
  }));
  return { title, ...describedAs(view), locale, mode, notice, messengers };
}

function describedAs({ description }: GroupView): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

/** `view` without anything that the messenger knows of the person. */
export function memberJson(view: MemberView): z.infer<typeof MemberJson> {
  const { id, name, messenger, owner, admin, muted, joinedAt, consentedAt } = view;
  return { id, name, messenger, owner, admin, muted, joinedAt, consentedAt };
}

/** `view` as the members in the browser see it. */
export function messageJson(view: MessageView): z.infer<typeof MessageJson> {
  const { id, at, author, content, edited, deleted } = view;
  const { text, spans } = wordsOf(content);
  return {
    id,
    at,
    author: { memberId: author.member, name: author.name, messenger: author.messenger },
    content: contentJson(view),
    text,
    spans,
    replyTo: view.replyTo ?? null,
    reactions: Object.entries(view.reactions).flatMap(([memberId, all]) =>
      all.map((emoji) => ({ memberId, emoji }))
    ),
    edited,
    deleted,
    ...(view.notice === true ? { notice: true } : {}),
    delivery: { ...view.delivery },
  };
}
