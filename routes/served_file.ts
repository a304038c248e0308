/** A file as an answer: whole or a stretch of it, saved or shown, and never able to act as one of our pages. */
import type { Context } from "hono";
import type { ByteRange, MediaStream, OpenOptions } from "../actors/ports/mod.ts";
import type { AppEnv } from "./deps.ts";
import { disposition } from "./file_name.ts";
import { HttpProblem } from "./problem.ts";

/** A file to be answered. */
export interface ServedFile {
  readonly mime: string;
  /** Null: not known, so that no stretch of it can be asked for. */
  readonly bytes: number | null;
  readonly name: string;
  /** Changes when the file does. */
  readonly tag: string;
  /** Whether browsers may show it where its type lets them. */
  readonly shown: boolean;
  readonly cache: string;
  open(options: OpenOptions): Promise<MediaStream>;
}

/** Whoever leaves ends the stream that they read or send: nothing else has to be told. */
export const NEVER: AbortSignal = new AbortController().signal;

/** Types that no browser runs anything of. SVG, HTML, XML and PDF are not among them. */
const SHOWN = new Set([
  ...["jpeg", "png", "gif", "webp", "avif"].map((one) => `image/${one}`),
  ...["mp4", "webm", "ogg", "quicktime"].map((one) => `video/${one}`),
  ...["mp4", "mpeg", "ogg", "webm", "wav", "x-wav", "flac", "aac"].map((one) => `audio/${one}`),
]);
const TYPE = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/;
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** Answers `file`, as much of it as `c` asks for. @throws {HttpProblem} 416; what `open` throws */
export async function answerFile(c: Context<AppEnv>, file: ServedFile): Promise<Response> {
  const headers = headersOf(file);
  if (c.req.header("if-none-match")?.split(/\s*,\s*/).includes(headers.etag)) {
    return c.body(null, 304, { etag: headers.etag, "cache-control": file.cache });
  }
  const range = rangeFor(c, file, headers.etag);
  const length = range === null ? file.bytes : range.end - range.start + 1;
  if (length !== null) headers["content-length"] = String(length);
  if (range !== null) headers["content-range"] = `bytes ${range.start}-${range.end}/${file.bytes}`;
  const status = range === null ? 200 : 206;
  // Nobody would read the stream: the file would stay open.
  if (c.req.method === "HEAD") return c.body(null, status, headers);
  const { body } = await file.open(range === null ? { signal: NEVER } : { signal: NEVER, range });
  return c.body(body, status, headers);
}

interface FileHeaders extends Record<string, string> {
  etag: string;
}

function headersOf({ mime, bytes, name, tag, shown, cache }: ServedFile): FileHeaders {
  const type = mime.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const safe = shown && SHOWN.has(type);
  return {
    etag: `"${tag}"`,
    "content-type": TYPE.test(type) ? type : "application/octet-stream",
    "content-disposition": disposition(safe ? "inline" : "attachment", name),
    "cache-control": cache,
    "accept-ranges": bytes === null ? "none" : "bytes",
    // Should a browser take it for a page after all, that page can do nothing.
    "content-security-policy": "default-src 'none'; sandbox",
    "x-robots-tag": "noindex",
  };
}

/** The one stretch that is asked for; null: all of it. Several at once are not answered as such, as HTTP allows. */
function rangeFor(c: Context<AppEnv>, { bytes }: ServedFile, etag: string): ByteRange | null {
  const asked = c.req.header("range");
  const condition = c.req.header("if-range");
  if (asked === undefined || bytes === null || condition !== undefined && condition !== etag) return null;
  const parts = RANGE.exec(asked.trim());
  if (parts === null) return null;
  const range = stretch(parts[1] ?? "", parts[2] ?? "", bytes);
  if (range !== null) return range;
  throw new HttpProblem(416, "range", `Cannot answer this stretch as the file has ${bytes} bytes`, {
    headers: { "content-range": `bytes */${bytes}` },
  });
}

function stretch(from: string, to: string, bytes: number): ByteRange | null {
  if (from === "" && to === "") return null;
  const start = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return start <= end && start < bytes ? { start, end } : null;
}
