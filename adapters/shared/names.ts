/** Names of people as the others may know them: never a number. Pure. */

const NAME_MAX = 200;
/** Digits, and what people write between them. */
const NUMBERS = /[+(]*\d[\d\s()./-]*/g;
/** The shortest numbers of people have seven digits with the code of their country. */
const DIGITS_MIN = 7;

/** A name on one line and without phone numbers: some call themselves, or those whom they saved, by one. */
export function shownName(name: string | null | undefined): string {
  return (name ?? "")
    .replaceAll(NUMBERS, (found) => found.replaceAll(/\D/g, "").length < DIGITS_MIN ? found : " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, NAME_MAX);
}
