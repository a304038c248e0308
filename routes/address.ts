/** Where a request comes from. */
import type { Context } from "hono";
import { z } from "zod";
import type { AppEnv } from "./deps.ts";

/** What `Deno.serve` hands to `app.fetch` beside the request. */
const ConnectionInfo = z.object({ remoteAddr: z.object({ hostname: z.string() }) });

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/i;
const PRIVATE = [
  /^(::ffff:)?(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/i,
  /^(f[cd][0-9a-f]{2}|fe80):/i,
];
/** Headers that only a proxy sets. */
const PROXIED = ["x-forwarded-for", "forwarded", "x-real-ip", "via"] as const;

/**
 * The caller's address, or null when the app was called without a socket. Behind a proxy on this machine or in
 * this network it is what that proxy says it saw; nobody else is believed.
 */
export function addressOf(c: Context<AppEnv>): string | null {
  const peer = peerOf(c);
  if (peer === null || ![LOOPBACK, ...PRIVATE].some((range) => range.test(peer))) return peer;
  const seen = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
  return seen === undefined || seen === "" || seen.length > 64 ? peer : seen;
}

/** Whether a program on this machine calls us itself, not through a proxy on this machine. */
export function isLocal(c: Context<AppEnv>): boolean {
  const peer = peerOf(c);
  if (peer === null || !LOOPBACK.test(peer)) return false;
  return PROXIED.every((header) => c.req.header(header) === undefined);
}

function peerOf(c: Context<AppEnv>): string | null {
  const info = ConnectionInfo.safeParse(c.env);
  return info.success ? info.data.remoteAddr.hostname : null;
}
