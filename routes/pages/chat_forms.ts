/** What the forms of a conversation are made of, and how they are read. */
import { z } from "zod";
import { type Content, MessageId } from "../../actors/model/mod.ts";
import { cleanLine, FILES_MAX, POLL_LIMITS, takeFile, type Taken } from "../composing.ts";
import type { AppDeps } from "../deps.ts";
import { partsOf } from "../multipart.ts";
import { HttpProblem, problemOf } from "../problem.ts";
import { cleanText, EmojiField } from "../text.ts";
import type { Seat } from "./chat_actions.ts";
import { type FormResult, type FormState, readForm, refused, TEXT_MAX } from "./forms.ts";
import type { PageContext } from "./page.ts";

/** Words may be left out where there are files. */
const words = z.string().default("").transform((entered) => cleanText(entered).trim())
  .pipe(z.string().max(TEXT_MAX, "error.text-long"));
/** The words of a message. */
export const PostForm = z.object({ text: words, replyTo: MessageId.optional().catch(undefined) });
/** Other words: what a message without a file may not be without, is found when it is known. */
export const EditForm = z.object({ text: words });
/** A reaction, or none. */
export const ReactForm = z.object({ emoji: z.literal("").or(EmojiField) });
/** A form that only has a button. */
export const NothingForm = z.object({});

const places = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);
/** A choice in a poll; `none` takes it back. */
export const VoteForm = z.object({ option: places, none: z.string().optional() }).transform((
  { option, none },
) => none === undefined ? [...new Set(option.map(Number))].filter((one) => Number.isInteger(one)) : []);

function line(max: number, empty: string): z.ZodType<string> {
  return z.string(empty).transform(cleanLine).pipe(z.string().min(1, empty).max(max, "error.text-long"));
}

/** A poll, its options one a line. */
export const PollForm = z.object({
  question: line(POLL_LIMITS.question, "error.text-empty"),
  options: z.string("error.poll-options").transform((text) => text.split("\n").map(cleanLine).filter(Boolean))
    .pipe(
      z.array(z.string().max(POLL_LIMITS.option, "error.poll-option-long")).min(2, "error.poll-options")
        .max(POLL_LIMITS.options, "error.poll-options")
        .refine((all) => new Set(all).size === all.length, "error.poll-same"),
    ),
  multiple: z.literal("yes").optional(),
}).transform(({ question, options, multiple }): Content => ({
  type: "poll",
  question,
  options,
  multiple: multiple === "yes",
}));

function degrees(most: number): z.ZodType<number> {
  return z.string("error.degrees").trim().regex(/^-?\d{1,3}([.,]\d{1,15})?$/, "error.degrees")
    .transform((text) => Number(text.replace(",", ".")))
    .pipe(z.number().min(-most, "error.degrees").max(most, "error.degrees"));
}

/** A place, in degrees. */
export const PlaceForm = z.object({
  latitude: degrees(90),
  longitude: degrees(180),
  label: z.string().default("").transform(cleanLine).pipe(z.string().max(200, "error.text-long")),
}).transform(({ latitude, longitude, label }): Content => ({
  type: "location",
  latitude,
  longitude,
  ...(label === "" ? {} : { label }),
}));

/** Somebody's number. */
export const CardForm = z.object({
  name: line(100, "error.name-empty"),
  phone: z.string("error.phone").trim().regex(/^\+?[\d ()./-]{3,38}$/, "error.phone"),
}).transform(({ name, phone }): Content => ({ type: "contact", name, phones: [phone] }));

/** What somebody said: words and the files that were taken in. */
export interface Said {
  readonly text: string;
  readonly replyTo?: MessageId | undefined;
  readonly files: readonly Taken[];
}

/** Reads the composer. Its files are taken in while they come. */
export async function readPost(c: PageContext, deps: AppDeps, seat: Seat): Promise<FormResult<Said>> {
  const type = c.req.header("content-type") ?? "";
  const { body } = c.req.raw;
  if (body === null || !type.startsWith("multipart/")) {
    const form = await readForm(c, seat.page, "post", PostForm);
    return form.ok ? said(seat, form.value, [], form.entered) : form;
  }
  const { entered, files, problem } = await readParts(deps, seat, partsOf(type, body));
  if (problem !== null) return { ok: false, state: refused("post", entered, { "": problem }) };
  const parsed = PostForm.safeParse(entered);
  if (parsed.success) return said(seat, parsed.data, files, entered);
  const error = seat.page.t(parsed.error.issues[0]?.message ?? "error.invalid");
  return { ok: false, state: refused("post", entered, { text: error }) };
}

function said(
  { page }: Seat,
  value: z.infer<typeof PostForm>,
  files: readonly Taken[],
  entered: FormState["values"],
): FormResult<Said> {
  if (value.text !== "" || files.length > 0) return { ok: true, value: { ...value, files }, entered };
  return { ok: false, state: refused("post", entered, { text: page.t("error.text-empty") }) };
}

interface ReadParts {
  readonly entered: Record<string, string>;
  readonly files: readonly Taken[];
  /** Why a file was refused, for people. */
  readonly problem: string | null;
}

async function readParts(
  deps: AppDeps,
  seat: Seat,
  parts: ReturnType<typeof partsOf>,
): Promise<ReadParts> {
  const entered: Record<string, string> = {};
  const files: Taken[] = [];
  let problem: string | null = null;
  for await (const { name, fileName, mime, body } of parts) {
    if (fileName === null) entered[name] = await textFrom(body);
    else if (fileName !== "" && problem === null) {
      if (files.length >= FILES_MAX) problem = seat.page.t("error.files-many");
      else {
        const upload = { body, mime, name: fileName, voice: entered.voice === "yes" };
        const taken = await takeFile(deps, seat.group.id, upload).catch((error: unknown) =>
          wrong(seat, error)
        );
        if (typeof taken === "string") problem = taken;
        else files.push(taken);
      }
    }
  }
  return { entered, files, problem };
}

/** What is wrong with a file, in words. @throws `error` where nothing is wrong with the file itself */
function wrong({ page }: Seat, error: unknown): string {
  const code = problemOf(error)?.code;
  if (code === "too-large" || code === "file-empty") return page.t(`error.${code}`);
  throw error;
}

async function textFrom(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    // Four bytes a character at most, and room for the ends of lines.
    if (text.length > 4 * TEXT_MAX) {
      throw new HttpProblem(413, "too-large", "Cannot read the form as its text must be shorter");
    }
  }
  return text + decoder.decode();
}
