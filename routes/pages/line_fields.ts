/** Lines that people type as form fields: cleaned as everywhere, refused with keys of the locale files. */
import { z } from "zod";
import { cleanName, cleanTitle, type Line } from "../title.ts";

/** The title of a group: 1 to 32 characters. */
export const TitleField = lineField("title", cleanTitle);

/** The name of a person. */
export const NameField = lineField("name", cleanName);

function lineField(what: "title" | "name", clean: (entered: string) => Line): z.ZodType<string> {
  return z.string(`error.${what}-empty`).transform((entered, context) => {
    const line = clean(entered);
    if (line.ok) return line.text;
    context.issues.push({ code: "custom", message: `error.${what}-${line.code}`, input: entered });
    return z.NEVER;
  });
}
