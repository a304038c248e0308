/** What adapters keep between runs as JSON, each row checked when it is read. */
import type { z } from "zod";
import type { SessionStore } from "../../actors/ports/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The row at `key`, or null. @throws {z.ZodError} if it is none of ours */
export async function readRow<T>(
  session: SessionStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const [bytes] = await session.get([key]);
  return bytes ? parseRow(bytes, schema) : null;
}

/** A row that was read. @throws {z.ZodError} if it is none of ours */
export function parseRow<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(decoder.decode(bytes)));
}

/** A row as the session takes it. */
export function bytesOf(row: Readonly<Record<string, unknown>>): Uint8Array {
  return encoder.encode(JSON.stringify(row));
}
