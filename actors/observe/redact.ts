/** What may stand in a log: counts, ids, kinds and durations. Everything that could be a person or a secret goes. */

const REDACTED = "[redacted]";
const MAX_CHARACTERS = 64;

/** Each of them is rather too broad: a lost field costs less than a leaked one. */
const SUSPECTS: readonly RegExp[] = [
  // A phone number: a plus, or nine digits and more in a row, with the separators that people write.
  /\+\d[\d\s().-]{5,}\d/,
  /(?<!\w)\d[\d\s().-]{7,}\d(?!\w)/,
  // An e-mail address, or a jid, which holds a number.
  /[^\s@]+@[^\s@]+/,
  // A bot token, a JSON web token, anything that says that it is a secret.
  /\d{6,}:[\w-]{20,}/,
  /eyJ[\w-]+\.[\w-]+/,
  /\b(?:bearer|basic|token|secret|password|session|sk|ghp|xox[a-z])[\s_=:-]+\S{6,}/i,
  // Long unbroken randomness: keys, tokens and hashes. Our own ids are 26 characters at most.
  /[A-Za-z0-9+/_=-]{28,}/,
  // A link can hold an invite or a token.
  /[a-z][a-z0-9+.-]*:\/\//i,
];

/** `value` as it may be logged. */
export function redact(value: string): string {
  const suspicious = value.length > MAX_CHARACTERS || SUSPECTS.some((pattern) => pattern.test(value));
  return suspicious ? REDACTED : value;
}

/** What an error may say: its class, and where in our own code it came from. Its message may quote people. */
export interface SafeCause {
  readonly class: string;
  readonly frames: readonly string[];
  readonly cause?: SafeCause;
}

const MAX_FRAMES = 12;
const MAX_CAUSES = 4;

/** Class name and our own stack frames of `cause`, and of what caused it. */
export function safeCause(cause: unknown, depth = 0): SafeCause {
  if (!(cause instanceof Error)) return { class: cause === null ? "null" : typeof cause, frames: [] };
  const safe = { class: classOf(cause), frames: ownFrames(cause) };
  return cause.cause === undefined || depth >= MAX_CAUSES
    ? safe
    : { ...safe, cause: safeCause(cause.cause, depth + 1) };
}

/** `name` can be written by anybody; a class has the shape of an identifier. */
function classOf(error: Error): string {
  const name = error.constructor.name || "Error";
  return /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? name : "Error";
}

/** The message stands before the first frame and can look like one: it is taken off first. */
function ownFrames(error: Error): string[] {
  const stack = error.stack ?? "";
  const message = stack.indexOf(error.message);
  if (message < 0) return [];
  const frames: string[] = [];
  for (const line of stack.slice(message + error.message.length).split("\n")) {
    const match = /^ {4}at .*?((?:actors|adapters|routes)\/[\w/.-]+\.tsx?|main\.ts):(\d+):\d+\)?$/.exec(line);
    if (match && !line.includes("/npm/") && !line.includes("node_modules")) {
      frames.push(`${match[1]}:${match[2]}`);
    }
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}
