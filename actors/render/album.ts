/** Files that were sent together stay together where the messenger has albums. */
import {
  type Capabilities,
  type Fitted,
  type MediaKind,
  type NativeOp,
  type Op,
  plain,
} from "../model/mod.ts";
import type { LowerContext } from "./context.ts";
import { captionOf, fileOf, openingOf } from "./post.ts";

type Post = Extract<Op, { type: "post" }>;

/** Whose files they are is said under the first one. */
const NO_HEAD = plain("");

/** As many of `posts` as one album can hold, from the first on; null where that is not even two. */
export function albumItems(
  posts: readonly Post[],
  fitted: readonly Fitted[],
  context: LowerContext,
): { readonly op: NativeOp; readonly count: number } | null {
  const { album } = context.capabilities;
  const [first] = posts;
  if (album === undefined || first === undefined || context.refused) return null;
  const opening = openingOf(first, context);
  const items: Extract<NativeOp, { type: "album" }>["items"] = [];
  for (const [at, post] of posts.slice(0, album.max).entries()) {
    const own = { ...context, fitted: () => fitted[at] ?? null };
    const file = fileOf(post, own);
    if (file === null || post.content.type !== "media" || !fits(file.kind, items[0]?.kind, album)) break;
    const caption = captionOf(post, at === 0 ? opening.first : NO_HEAD, own, file.kind);
    if (caption === null) break;
    items.push({ ...file, caption });
  }
  if (items.length < 2) return null;
  const { replyTo } = opening;
  const excerpt = first.replyTo?.excerpt ?? "";
  return {
    count: items.length,
    op: {
      type: "album",
      items,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(replyTo === undefined || excerpt === "" ? {} : { quoting: excerpt }),
    },
  };
}

/** Whether a file of `kind` can stand in an album that begins with one of `first`. */
function fits(
  kind: MediaKind,
  first: MediaKind | undefined,
  { kinds, apart = [] }: NonNullable<Capabilities["album"]>,
): boolean {
  if (!kinds.includes(kind)) return false;
  return first === undefined || kind === first || (!apart.includes(kind) && !apart.includes(first));
}
