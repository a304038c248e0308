/** One-line texts that people type: titles and names. Cleaned, or refused with a code. */
import { TITLE_MAX } from "../actors/model/mod.ts";
import { HttpProblem } from "./problem.ts";

/** A cleaned line, or why it cannot be one. */
export type Line =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: LineCode; readonly message: string };

/** Endings of the stable codes: `title-empty`, `name-too-long`, ... */
export type LineCode = "empty" | "too-long" | "characters";

/** Longest name of a person, in characters. */
export const NAME_MAX = 60;

/** Control characters, line and paragraph separators, and lone halves of surrogate pairs. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
/** Characters that turn the direction of text around: a title could be made to read as another. */
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
const SPACES = /\p{Zs}+/gu;
/** What leaves no mark on a screen, alone or together. For `replace` only: it is global. */
export const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Z}\p{M}\u2800]/gu;

/** A group's title: NFC, no space around it, single spaces within. */
export function cleanTitle(entered: string): Line {
  return cleanLine(entered, { what: "title", max: TITLE_MAX, because: ", which is Signal's limit" });
}

/** The name of a person. */
export function cleanName(entered: string): Line {
  return cleanLine(entered, { what: "name", max: NAME_MAX, because: "" });
}

/** The text of `line`. @throws {HttpProblem} `title-empty`, `name-too-long`, ... for the field that it is of */
export function requireLine(line: Line, field: "title" | "name", status: 400 | 422 = 422): string {
  if (line.ok) return line.text;
  const { code, message } = line;
  throw new HttpProblem(status, `${field}-${code}`, message, { errors: [{ path: field, message }] });
}

interface LineRule {
  readonly what: string;
  /** In UTF-16 units, which is never fewer than the characters. */
  readonly max: number;
  readonly because: string;
}

function cleanLine(entered: string, { what, max, because }: LineRule): Line {
  if (CONTROL.test(entered)) {
    return refuse(
      "characters",
      `Cannot use this ${what} as it may not contain control characters or line breaks`,
    );
  }
  if (BIDI.test(entered)) {
    return refuse(
      "characters",
      `Cannot use this ${what} as it may not contain characters that turn text around`,
    );
  }
  const text = entered.normalize("NFC").replace(SPACES, " ").trim();
  if (text.replace(INVISIBLE, "") === "") {
    return refuse("empty", `Cannot use an empty ${what}: type at least one character`);
  }
  // Messengers count UTF-16 units, and of those there are at least as many as characters.
  if (text.length <= max) return { ok: true, text };
  const limit = `it may have at most ${max} characters${because}: it has ${text.length}`;
  return refuse("too-long", `Cannot use this ${what} as ${limit}`);
}

function refuse(code: LineCode, message: string): Line {
  return { ok: false, code, message };
}
