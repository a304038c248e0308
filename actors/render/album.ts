/** Files that were sent together stay together where the messenger has albums. */
import { type Fitted, type NativeOp, type Op, plain } from "../model/mod.ts";
import type { LowerContext } from "./context.ts";
import { captionOf, fileOf, openingOf } from "./post.ts";
import { carriedHere } from "./words.ts";

type Post = Extract<Op, { type: "post" }>;

/** As many of `posts` as one album can hold, from the first on; null where that is not even two. */
export function albumItems(
  posts: readonly Post[],
  fitted: readonly Fitted[],
  context: LowerContext,
): { readonly op: NativeOp; readonly count: number } | null {
  const { album, caption, text } = context.capabilities;
  const [first] = posts;
  if (album === undefined || first === undefined || context.refused) return null;
  const limit = caption ?? text.max;
  const opening = openingOf(first, context);
  const items: Extract<NativeOp, { type: "album" }>["items"] = [];
  for (const [at, post] of posts.slice(0, album.max).entries()) {
    const own = { ...context, fitted: () => fitted[at] ?? null };
    const file = fileOf(post, own);
    if (file === null || !album.kinds.includes(file.kind) || post.content.type !== "media") break;
    const words = at === 0
      ? captionOf(post, opening.first, own, file.kind)
      : carriedHere(post.content.caption, post.pings ?? [], own);
    if (words === null || (at > 0 && words.text.length > limit.count)) break;
    items.push({ ...file, caption: words.text === "" ? plain("") : words });
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
