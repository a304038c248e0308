/** What a message holds, as browsers show it: each kind in its own way, and all names and words as text. */
import type { Content, MediaRef, MessageView } from "../../actors/model/mod.ts";
import { nameFor, shownFileName } from "../file_name.ts";
import type { ConversationProps } from "./conversation.tsx";
import { Icon } from "./icons.tsx";
import type { Html, Page } from "./page.ts";
import { Poll } from "./poll.tsx";
import { Rich } from "./rich_text.tsx";

/** A conversation and one message of it. */
export type MessageProps = ConversationProps & { readonly message: MessageView };

/** A message that can hold a file, and the address below which its file is. */
interface MediaProps extends Pick<MessageProps, "page" | "files"> {
  readonly message: { readonly id: string; readonly content: Content };
}

/** The file, poll, place or card of a message, and its words. */
export function MessageContent(props: MessageProps): Html {
  const { page, message } = props;
  const { content } = message;
  switch (content.type) {
    case "text":
      return <Words content={content} />;
    case "media":
      return (
        <>
          <MediaShown {...props} />
          <Words content={content} />
        </>
      );
    case "poll":
      return <Poll {...props} poll={content} />;
    case "location":
      return <Place page={page} place={content} />;
    case "contact":
      return <Card {...props} card={content} />;
    case "other":
      return (
        <>
          <p class="kind">{content.what}</p>
          <Words content={content} />
        </>
      );
    default:
      return content satisfies never;
  }
}

/** The text of a message or the words under its file; nothing where there are none. */
export function Words({ content }: { readonly content: Content }): Html | null {
  const body = content.type === "media" ? content.caption : "body" in content ? content.body : null;
  if (body === null || body.text === "") return null;
  return (
    <p class="text" dir="auto">
      <Rich body={body} />
    </p>
  );
}

/** The file of a message; where it cannot be shown, what it is and where it can be had. */
export function MediaShown({ page, message, files }: MediaProps): Html | null {
  const { content, id } = message;
  if (content.type !== "media") return null;
  const { kind, media } = content;
  const url = `${files}/${id}/file`;
  const label = page.t(`content.${kind}`);
  const name = shownFileName(media.name ?? media.emoji ?? label);
  return (
    <div class={`media media-${kind}`} data-key={`media-${id}`}>
      <Shown kind={kind} media={media} url={url} label={`${label}: ${name}`} />
      {kind === "document" || kind === "audio" ? <FileCard page={page} {...content} url={url} /> : null}
      <p class="media-problem">
        {page.t("chat.file-unavailable", { what: label })}{" "}
        <a href={url} download>{page.t("chat.file-try")}</a>
      </p>
    </div>
  );
}

interface ShownProps {
  readonly kind: (Content & { type: "media" })["kind"];
  readonly media: MediaRef;
  readonly url: string;
  readonly label: string;
}

/** Nothing is read of sound and film before somebody plays it but how long it is. */
function Shown({ kind, media, url, label }: ShownProps): Html | null {
  switch (kind) {
    case "photo":
      return (
        <a href={url} target="_blank" rel="noopener">
          <img src={url} alt={label} loading="lazy" decoding="async" />
        </a>
      );
    case "sticker":
    case "gif":
      if (!media.mime.startsWith("video/")) {
        return <img src={url} alt={label} loading="lazy" decoding="async" />;
      }
      return (
        <video src={url} aria-label={label} muted loop autoplay playsinline controls preload="metadata" />
      );
    case "video":
    case "video-note":
      return <video src={url} aria-label={label} controls playsinline preload="metadata" />;
    case "voice":
    case "audio":
      return <audio src={url} aria-label={label} controls preload="metadata" />;
    case "document":
      return null;
    default:
      return kind satisfies never;
  }
}

interface FileProps {
  readonly page: Page;
  readonly kind: string;
  readonly media: MediaRef;
  readonly url: string;
}

function FileCard({ page, kind, media, url }: FileProps): Html {
  const size = media.bytes === null ? "" : sizeIn(page, media.bytes);
  return (
    <a class="file-card" href={url} download>
      <Icon name="file" />
      <span>
        <strong dir="auto">
          {shownFileName(media.name ?? nameFor(page.t(`content.${kind}`), media.mime))}
        </strong>
        <span class="quiet">{size}</span>
      </span>
    </a>
  );
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size as people read it, in the language of the page. */
export function sizeIn({ locale }: Pick<Page, "locale">, bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unitDisplay = step === 0 ? "long" : "short";
  const options = {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay,
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step);
}

/** A place by its names and degrees, with a map. */
export function Place(
  { page, place }: { readonly page: Page; readonly place: Content & { type: "location" } },
): Html {
  const { latitude, longitude, label, address, live } = place;
  const at = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const map =
    `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <div class="place">
      <p class="kind">
        <Icon name="place" />
        {page.t(live === undefined ? "content.location" : `content.live-${live}`)}
      </p>
      {label === undefined ? null : (
        <p class="text" dir="auto">
          <strong>{label}</strong>
        </p>
      )}
      {address === undefined ? null : <p class="text" dir="auto">{address}</p>}
      <p class="text">{at}</p>
      <a href={map} target="_blank" rel="noopener noreferrer">{page.t("chat.map")}</a>
    </div>
  );
}

function Card(props: MessageProps & { readonly card: Content & { type: "contact" } }): Html {
  const { page, card } = props;
  const { name, phones = [] } = card;
  return (
    <div class="contact">
      <p class="kind">
        <Icon name="people" />
        {page.t("content.contact")}
      </p>
      <p class="text" dir="auto">
        <strong>{name}</strong>
      </p>
      {phones.map((phone) => (
        <p class="text">
          <a href={`tel:${phone.replace(/[^\d+]/g, "")}`} dir="ltr">{phone}</a>
        </p>
      ))}
      <Withheld {...props} />
    </div>
  );
}

/** The numbers of one's own card cross once one says so: by the command that all messengers have. */
function Withheld({ page, message, me, base }: MessageProps): Html | null {
  if (message.author.member !== me || message.withholds !== true) return null;
  return (
    <form method="post" action={`${base}/messages`} data-enhance>
      <p class="quiet">{page.t("chat.card-withheld")}</p>
      <input type="hidden" name="replyTo" value={message.id} />
      <button type="submit" name="text" value="/share" class="quiet-button">
        {page.t("chat.card-share")}
      </button>
    </form>
  );
}
