/** Files that were sent together, side by side; each is a message of its own. */
import type { DeliveryStatus, MessageView } from "../../actors/model/mod.ts";
import { MediaShown, type MessageProps, Words } from "./content.tsx";
import type { ConversationProps } from "./conversation.tsx";
import { Actions, Delivery, EditForm, Head, QuoteOf, Reactions } from "./message.tsx";
import type { Html } from "./page.ts";

/** Messages that are shown as one: those of one album, each other one by itself. */
export function togetherIn(messages: readonly MessageView[]): MessageView[][] {
  const groups: MessageView[][] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (last !== undefined && first !== undefined && isSameAlbum(first, message)) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function isSameAlbum(one: MessageView, other: MessageView): boolean {
  const album = albumOf(one);
  return album !== null && album === albumOf(other) && one.author.member === other.author.member;
}

function albumOf({ content }: MessageView): string | null {
  return content.type === "media" ? content.album ?? null : null;
}

type AlbumProps = ConversationProps & { readonly album: readonly MessageView[]; readonly first: MessageView };

/** An album with who sent it; the words under its files follow them. */
export function Album(props: AlbumProps): Html {
  const { page, album, first, me } = props;
  const own = first.author.member === me;
  const edited = album.some((one) => one.edited && !one.deleted);
  return (
    <li class={own ? "message own album" : "message album"} data-key={`album-${first.id}`}>
      <Head page={page} message={{ ...first, edited, deleted: false }} />
      <div class="bubble" data-key="bubble">
        <QuoteOf {...props} message={first} />
        <ol class="tiles">
          {album.map((message) => <Tile {...props} message={message} own={own} />)}
        </ol>
        {album.map((message) => <Caption {...props} message={message} own={own} />)}
      </div>
      <Delivery page={page} delivery={deliveryOf(album)} />
    </li>
  );
}

type TileProps = MessageProps & { readonly own: boolean };

function Tile(props: TileProps): Html {
  const { page, message } = props;
  return (
    <li id={`m-${message.id}`} class="tile" data-key={message.id}>
      {message.deleted ? <p class="text deleted">{page.t("chat.deleted")}</p> : <MediaShown {...props} />}
      {message.deleted ? null : <Actions {...props} />}
      {message.deleted ? null : <Reactions {...props} />}
    </li>
  );
}

function Caption(props: TileProps): Html | null {
  const { message, own, editing } = props;
  if (message.deleted) return null;
  return own && editing === message.id ? <EditForm {...props} /> : <Words content={message.content} />;
}

const WORST: readonly DeliveryStatus[] = ["failed", "waiting", "delivered"];

/** An album has come as far as the last of its files. */
function deliveryOf(album: readonly MessageView[]): MessageView["delivery"] {
  const all: Record<string, DeliveryStatus> = {};
  for (const { delivery } of album) {
    for (const [messenger, status] of Object.entries(delivery)) {
      const known = all[messenger];
      if (known === undefined || WORST.indexOf(status) < WORST.indexOf(known)) all[messenger] = status;
    }
  }
  return all;
}
