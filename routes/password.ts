/** Which passwords are too weak. The length is the accounts library's to check; this is about the obvious ones. */

/** Shortest password, in characters. */
export const PASSWORD_MIN = 10;
/** Longest password, in characters. */
export const PASSWORD_MAX = 200;

/** Of ten characters and more, the ones that lists of stolen passwords begin with. */
const COMMON: ReadonlySet<string> = new Set([
  "0123456789",
  "1234567890",
  "0987654321",
  "9876543210",
  "12345678910",
  "123456789a",
  "1q2w3e4r5t",
  "1qaz2wsx3edc",
  "adminadmin",
  "basketball",
  "changemenow",
  "football123",
  "iloveyou123",
  "letmein123",
  "passwordpassword",
  "password12",
  "password123",
  "password1234",
  "qwertyuiop",
  "qwerty1234",
  "qwerty12345",
  "qwertzuiop",
  "passwort12",
  "passwort123",
  "hallohallo",
  "welcome123",
]);

/** What is weak about `password`, as a rule that it breaks; null when it may be used. */
export function weaknessOf(
  password: string,
  person: { readonly email: string; readonly name: string },
): string | null {
  const lower = password.toLowerCase();
  const characters = [...password];
  if (characters.length < PASSWORD_MIN) return `it must have at least ${PASSWORD_MIN} characters`;
  if (password.length > PASSWORD_MAX) return `it must have at most ${PASSWORD_MAX} characters`;
  if (new Set(characters).size < 4) return "it must have at least 4 different characters";
  if (COMMON.has(lower)) return "it must not be one of the most common passwords";
  const own = [person.email, person.email.split("@")[0] ?? "", person.name].map((part) => part.toLowerCase());
  if (own.includes(lower)) return "it must not be your e-mail address or name";
  return null;
}
