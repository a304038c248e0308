/** Formatted text as elements. The text itself is always a text node, so nothing in it can become markup. */
import type { Content, RichText, Span } from "../../actors/model/mod.ts";
import type { Html, Page } from "./page.ts";

/** How much of a text a quote shows, in characters. */
const EXCERPT = 120;

/** A message body; overlapping spans are cut where one of them begins or ends. */
export function Rich({ body }: { readonly body: RichText }): Html {
  return <>{pieces(body).map((piece) => wrapped(piece.text, piece.spans))}</>;
}

/** What a message holds, in words: its text, or what it is and its caption. */
export function contentText(page: Page, content: Content): string {
  switch (content.type) {
    case "text":
      return content.body.text;
    case "media":
      return [page.t(`content.${content.kind}`), content.caption.text].filter(Boolean).join(": ");
    case "location":
      return [page.t("content.location"), content.label].filter(Boolean).join(": ");
    case "contact":
      return `${page.t("content.contact")}: ${content.name}`;
    case "poll":
      return `${page.t("content.poll")}: ${content.question}`;
    case "other":
      return [content.what, content.body.text].filter(Boolean).join(": ");
    default:
      return content satisfies never;
  }
}

/** The beginning of a text, cut between characters. */
export function excerpt(text: string): string {
  const characters = [...text.replaceAll(/\s+/g, " ").trim()];
  return characters.length <= EXCERPT ? characters.join("") : `${characters.slice(0, EXCERPT - 1).join("")}…`;
}

interface Piece {
  readonly text: string;
  readonly spans: readonly Span[];
}

function pieces(body: RichText): Piece[] {
  const edges = new Set([0, body.text.length]);
  for (const span of body.spans) {
    edges.add(Math.min(span.start, body.text.length));
    edges.add(Math.min(span.start + span.length, body.text.length));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, n) => ({
    text: body.text.slice(start, sorted[n + 1]),
    spans: body.spans.filter((span) => span.start <= start && start < span.start + span.length),
  }));
}

function wrapped(text: string, spans: readonly Span[]): Html {
  return spans.reduceRight((inner, span) => element(inner, span), <>{text}</>);
}

function element(inner: Html, span: Span): Html {
  switch (span.type) {
    case "bold":
      return <strong>{inner}</strong>;
    case "italic":
      return <em>{inner}</em>;
    case "underline":
      return <u>{inner}</u>;
    case "strike":
      return <s>{inner}</s>;
    case "spoiler":
      return <span class="spoiler" tabindex={0}>{inner}</span>;
    case "code":
    case "pre":
      return <code>{inner}</code>;
    case "quote":
      return <q>{inner}</q>;
    case "mention":
      return <span class="mention">{inner}</span>;
    case "link":
      return isWebAddress(span.url) ? <a href={span.url} rel="noopener nofollow ugc">{inner}</a> : inner;
    default:
      return span.type satisfies never;
  }
}

/** Only these may be followed: a `javascript:` address would run as this page. */
function isWebAddress(url: string | undefined): boolean {
  return url !== undefined && /^(https?:\/\/|mailto:)/i.test(url);
}
