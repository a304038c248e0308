/** Rendering: what one bridge can carry of an op. Pure: the same input gives the same parts. */
export { albumItems } from "./album.ts";
export { shownName } from "./attribute.ts";
export * from "./context.ts";
export { oneLine, shorten } from "./cut.ts";
export { bareEmoji } from "./emoji.ts";
export { excerpt } from "./excerpt.ts";
export { lower, noticeText } from "./lower.ts";
export { type MergedText, mergeTexts } from "./merged.ts";
export { createTexts } from "./texts.ts";
