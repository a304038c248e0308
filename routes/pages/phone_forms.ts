/** What the forms of a simulated phone are made of, and what they mean. */
import { z } from "zod";
import { cleanLine } from "../composing.ts";
import type { PhoneFile, PhoneOrder } from "../phones.ts";
import { TEXT_MAX } from "./forms.ts";
import type { PageContext } from "./page.ts";

const Id = z.string().min(1).max(600);
const places = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);

/** What is written, changed, taken away, reacted or voted. */
export const SendForm = z.object({
  chatId: Id,
  /** A reaction's button can carry its emoji only, so that is what it means without a type. */
  type: z.enum(["text", "edit", "delete", "reaction", "vote", "unvote"]).default("reaction"),
  text: z.string().max(TEXT_MAX * 4, "error.text-long").transform((one) =>
    one.replaceAll("\r\n", "\n").trim()
  )
    .optional(),
  emoji: z.string().max(32, "error.emoji").optional(),
  target: Id.optional(),
  replyTo: Id.optional(),
  option: places,
});
type SendForm = z.infer<typeof SendForm>;

/** A poll, its answers one a line. What the messenger does not take, the phone refuses. */
export const PollForm = z.object({
  chatId: Id,
  question: z.string("error.text-empty").transform(cleanLine),
  options: z.string("error.poll-options").transform((text) =>
    text.split("\n").map(cleanLine).filter(Boolean)
  ),
  multiple: z.literal("yes").optional(),
}).transform(({ chatId, question, options, multiple }): PhoneOrder => ({
  type: "poll",
  chatId,
  poll: { question, options, multiple: multiple === "yes" },
}));

/** The files that were chosen. */
export async function filesIn(c: PageContext): Promise<readonly File[]> {
  const { file = [] } = await c.req.parseBody({ all: true });
  const all = Array.isArray(file) ? file : [file];
  // A field of files in which nothing is chosen is sent as one without a name.
  return all.filter((one): one is File => typeof one !== "string" && (one.name !== "" || one.size > 0));
}

/** What a phone does for it; nothing where there are neither words nor files. Files together are one album. */
export async function ordersOf(form: SendForm, files: readonly File[]): Promise<readonly PhoneOrder[]> {
  const { chatId, type, text = "", target, replyTo, emoji, option } = form;
  switch (type) {
    case "text":
      if (files.length > 0) return await fileOrders(form, files);
      return text === "" ? [] : [{ type, chatId, text, replyTo }];
    case "edit":
      return [{ type, chatId, text, target }];
    case "delete":
      return [{ type, chatId, target }];
    case "reaction":
      return [{ type, chatId, target, emoji }];
    case "vote":
    case "unvote": {
      const choice = type === "vote" ? option.map(Number).filter(Number.isInteger) : [];
      return [{ type: "vote", chatId, target, choice }];
    }
    default:
      return type satisfies never;
  }
}

/** The words stand under the first of them. */
async function fileOrders(
  { chatId, text, replyTo }: SendForm,
  files: readonly File[],
): Promise<readonly PhoneOrder[]> {
  const album = files.length > 1 ? { album: crypto.randomUUID() } : {};
  const orders: PhoneOrder[] = [];
  for (const [at, file] of files.entries()) {
    const picked: PhoneFile = {
      data: new Uint8Array(await file.arrayBuffer()),
      mime: file.type.slice(0, 255) || "application/octet-stream",
      name: file.name,
      ...album,
    };
    orders.push({ type: "file", chatId, replyTo, file: picked, ...(at === 0 ? { text } : {}) });
  }
  return orders;
}
