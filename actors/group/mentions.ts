/** Mentions: whom a messenger means becomes a member, and their name stands where their address stood. Pure. */
import type { Content, MemberId, NativeId, RichText, Span } from "../model/mod.ts";

/** Who somebody is in the group. */
export interface Mentioned {
  readonly member: MemberId;
  readonly name: string;
}

/** `content` with the group's own words for everybody whom it mentions. */
export function withMentions(content: Content, whoIs: (person: NativeId) => Mentioned): Content {
  switch (content.type) {
    case "text":
    case "other":
      return { ...content, body: renamed(content.body, whoIs) };
    case "media":
      return { ...content, caption: renamed(content.caption, whoIs) };
    default:
      return content;
  }
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Nothing that stood under such a mention stays: it may be a number. */
function renamed(rich: RichText, whoIs: (person: NativeId) => Mentioned): RichText {
  const mentions = rich.spans.filter(({ person }) => person !== undefined).toSorted((a, b) =>
    a.start - b.start
  );
  if (rich.spans.length === 0) return rich;
  const changes: Change[] = [];
  const spans: Span[] = [];
  for (const { start, length, person } of mentions) {
    const end = Math.min(start + length, rich.text.length);
    // Of two that overlap the first counts; what the second covers beyond it goes as well.
    const from = Math.max(start, changes.at(-1)?.end ?? 0);
    if (person === undefined || from >= end) continue;
    if (from > start) {
      changes.push({ start: from, end, text: "" });
      continue;
    }
    const { member, name } = whoIs(person);
    const text = `@${name}`;
    spans.push({ type: "mention", start: movedBy(changes, start), length: text.length, member });
    changes.push({ start, end, text });
  }
  const others = rich.spans.filter(({ person }) => person === undefined).flatMap((span) =>
    aboutPerson(span, mentions) ? [] : moved(span, changes, rich.text.length)
  );
  return {
    text: applied(rich.text, changes),
    spans: [...others, ...spans].toSorted((a, b) => a.start - b.start),
  };
}

function applied(text: string, changes: readonly Change[]): string {
  let after = "";
  let read = 0;
  for (const { start, end, text: name } of changes) {
    after += text.slice(read, start) + name;
    read = end;
  }
  return after + text.slice(read);
}

/** Where `offset` is afterwards. Inside of what was changed it is at its end. */
function movedBy(changes: readonly Change[], offset: number): number {
  let by = 0;
  for (const { start, end, text } of changes) {
    if (offset <= start) break;
    if (offset < end) return start + by + text.length;
    by += text.length - (end - start);
  }
  return offset + by;
}

/** A link over a mention goes with it: its address would tell what the words no longer do. */
function aboutPerson({ type, start, length }: Span, mentions: readonly Span[]): boolean {
  return type === "link" &&
    mentions.some((mention) => mention.start < start + length && start < mention.start + mention.length);
}

function moved(span: Span, changes: readonly Change[], size: number): Span[] {
  const start = movedBy(changes, Math.min(span.start, size));
  const length = movedBy(changes, Math.min(span.start + span.length, size)) - start;
  return length > 0 ? [{ ...span, start, length }] : [];
}
