/** Saying something in a group from the browser: words, files, a poll, a place or a card. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Content, GroupId } from "../actors/model/mod.ts";
import { asMember } from "./access.ts";
import {
  GroupPath,
  jsonAnswer,
  jsonBody,
  problemAnswer,
  resource,
  SIGNED_IN,
  TEXT_MAX,
  USUAL_PROBLEMS,
} from "./api.ts";
import {
  cleanLine,
  fileContents,
  FILES_MAX,
  POLL_LIMITS,
  sayAll,
  takeFile,
  type Taken,
  takenFile,
  textOf,
} from "./composing.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { messageOf } from "./messages.ts";
import { HttpProblem } from "./problem.ts";
import { richText, SpansField } from "./text.ts";

/** Small files may stand in the message itself. */
const INLINE_MAX_BYTES = 5 * 1024 * 1024;

const Attachment = z.union([
  z.string().max(512).openapi({ description: "The `fileId` of a file that was taken in" }),
  z.strictObject({ fileId: z.string().max(512) }),
  z.strictObject({
    data: z.string().openapi({ format: "byte", description: "Base64; all together at most 5 MiB" }),
    name: z.string().optional(),
    mime: z.string().optional(),
    voice: z.boolean().optional(),
  }),
]).openapi("Attachment");

const Poll = z.object({
  question: line(POLL_LIMITS.question),
  options: z.array(line(POLL_LIMITS.option)).min(2).max(POLL_LIMITS.options).refine(
    (options) => new Set(options.map(cleanLine)).size === options.length,
    "Invalid input: expected options that differ",
  ),
  multiple: z.boolean().default(false),
});

const Place = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  label: line(200).optional(),
  address: line(400).optional(),
});

const Card = z.object({
  name: line(100),
  phones: z.array(z.string().regex(/^\+?[\d ()./-]{3,38}$/)).min(1).max(10),
});

const PostBody = z.object({
  text: z.string().max(TEXT_MAX).optional(),
  spans: SpansField,
  replyTo: z.string().optional(),
  attachments: z.array(Attachment).max(FILES_MAX).optional(),
  poll: Poll.optional(),
  location: Place.optional(),
  contact: Card.optional(),
}).refine(
  ({ text, attachments = [], poll, location, contact }) =>
    [text, poll, location, contact].some((one) => one !== undefined) || attachments.length > 0,
  { path: ["text"], message: "Invalid input: expected a text, attachments, a poll, a location or a contact" },
);
type PostBody = z.infer<typeof PostBody>;

const post = createRoute({
  method: "post",
  path: "/api/groups/{id}/messages",
  summary: "Say something to everybody",
  description:
    "Words; or up to 10 files, the words under the first; or a poll, a location or a contact by itself.",
  security: SIGNED_IN,
  request: { params: GroupPath, body: jsonBody(PostBody) },
  responses: {
    201: jsonAnswer(
      "Accepted: it arrives on every bridge. Each file is a message of its own",
      z.object({ messageId: z.string(), messageIds: z.array(z.string()) }).openapi("Posted"),
    ),
    ...USUAL_PROBLEMS,
    403: problemAnswer("You are muted"),
    413: problemAnswer("`too-large`"),
    422: problemAnswer("`text-empty`, `spans`, `file-unknown`, `one-thing`"),
    503: problemAnswer("Nothing was accepted: try again"),
  },
});

/** `POST /api/groups/:id/messages`. */
export function postRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();
  app.openapi(post, async (c) => {
    const { group, member } = await asMember(c, deps);
    const body = c.req.valid("json");
    const replyTo = body.replyTo === undefined ? undefined : messageOf(body.replyTo);
    const contents = await contentsOf(deps, group.id, body);
    const messageIds = await sayAll(deps, group.id, { member, replyTo, contents });
    return c.json({ messageId: messageIds[0] ?? "", messageIds }, 201);
  });
  return app;
}

/** A line of at most so many characters, of which something can be seen. */
function line(max: number): z.ZodString {
  return z.string().max(max).refine((entered) => cleanLine(entered) !== "", "Invalid input: expected a text");
}

async function contentsOf(
  deps: AppDeps,
  group: GroupId,
  { text = "", spans, attachments = [], poll, location, contact }: PostBody,
): Promise<Content[]> {
  const alone = alonesOf({ poll, location, contact });
  if (alone.length + (attachments.length > 0 || text !== "" ? 1 : 0) > 1) {
    throw new HttpProblem(
      422,
      "one-thing",
      "Cannot send this as one message: send a poll, a location or a contact by itself",
    );
  }
  if (alone.length > 0) return alone;
  if (attachments.length === 0) return [textOf(richText(text, spans))];
  const words = richText(text, spans);
  const files: Taken[] = [];
  for (const one of attachments) files.push(await fileOf(deps, group, one));
  return fileContents(deps, files, words);
}

function alonesOf({ poll, location, contact }: Pick<PostBody, "poll" | "location" | "contact">): Content[] {
  const contents: Content[] = [];
  if (poll !== undefined) {
    const options = poll.options.map(cleanLine);
    contents.push({ type: "poll", question: cleanLine(poll.question), options, multiple: poll.multiple });
  }
  if (location !== undefined) {
    const { latitude, longitude, label, address } = location;
    contents.push({
      type: "location",
      latitude,
      longitude,
      ...(label === undefined ? {} : { label: cleanLine(label) }),
      ...(address === undefined ? {} : { address: cleanLine(address) }),
    });
  }
  if (contact !== undefined) contents.push({ type: "contact", ...contact, name: cleanLine(contact.name) });
  return contents;
}

async function fileOf(
  deps: AppDeps,
  group: GroupId,
  attachment: z.infer<typeof Attachment>,
): Promise<Taken> {
  if (typeof attachment === "string") return await takenFile(deps, group, attachment);
  if ("fileId" in attachment) return await takenFile(deps, group, attachment.fileId);
  const { data, name = null, mime = "application/octet-stream", voice = false } = attachment;
  const body = new Blob([bytesOf(data)]).stream();
  return await takeFile(deps, group, { body, mime, name, voice });
}

function bytesOf(data: string): Uint8Array<ArrayBuffer> {
  const bytes = decoded(data);
  if (bytes.length <= INLINE_MAX_BYTES) return bytes;
  throw new HttpProblem(
    413,
    "too-large",
    `Cannot read the attachment as it may have at most ${INLINE_MAX_BYTES} bytes: take it in as a file first`,
  );
}

function decoded(data: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(data);
  } catch {
    throw new HttpProblem(400, "invalid", "Cannot read the attachment as its data must be base64: it is not");
  }
}
