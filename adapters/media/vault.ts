/** What is kept of each group: files by what is in them, and rows that say what they are. All of it sealed. */
import { createHash } from "node:crypto";
import type { z } from "zod";
import type { GroupId } from "../../actors/model/mod.ts";
import type { ByteRange } from "../../actors/ports/mod.ts";
import { type GroupKeys, MediaKeys } from "./keys.ts";
import { seal, sealedSize, unseal } from "./sealing.ts";
import type { MediaStore } from "./store.ts";
import { type Workspace, writeAll } from "./workspace.ts";

/** The group has ended: nothing of it is kept any more. */
export class Ended extends Error {}

/** A file's bytes, wherever they lie. */
export interface Stored {
  readonly content: string;
  /** Plain ones. */
  readonly bytes: number;
}

export interface VaultDeps {
  readonly store: MediaStore;
  readonly keys: MediaKeys;
  readonly work: Workspace;
  now(): number;
  readonly lifetimeMs: number;
}

/** Files outlive the rows that name them, so that a row never names what is gone. */
const GRACE_MS = 86_400_000;

export class Vault {
  readonly #deps: VaultDeps;
  readonly #ended = new Set<GroupId>();

  constructor(deps: VaultDeps) {
    this.#deps = deps;
  }

  /** A name for something of the group, the same for the same parts. */
  async nameOf(group: GroupId, ...parts: readonly string[]): Promise<string> {
    return (await this.#deps.keys.of(group)).name(...parts);
  }

  /** Keeps what comes; what the group has already is kept once. @throws {Ended} */
  async put(group: GroupId, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Stored> {
    const { store, work } = this.#deps;
    const keys = await this.#keysOf(group);
    const hash = createHash("sha256");
    let bytes = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of body) {
        signal.throwIfAborted();
        bytes += piece.length;
        hash.update(piece);
        yield piece;
      }
    };
    await using sealed = work.file("sealed");
    await writeAll(sealed.path, seal(counted(), keys.seal));
    const content = keys.name("content", hash.digest());
    const key = contentKey(keys, content);
    if (this.#ended.has(group)) throw new Ended("Cannot keep the file as its group must go on: it has ended");
    if (!await store.touch(key)) await store.adopt(key, sealed.path, signal);
    return { content, bytes };
  }

  /** Whether the bytes are there, all of them. */
  async has(group: GroupId, { content, bytes }: Stored): Promise<boolean> {
    const found = await this.#deps.store.find(contentKey(await this.#keysOf(group), content));
    return found?.bytes === sealedSize(bytes);
  }

  /** @throws {RangeError} where they are not what was put there */
  async *read(group: GroupId, { content, bytes }: Stored, range?: ByteRange): AsyncGenerator<Uint8Array> {
    const keys = await this.#keysOf(group);
    const read = async (stretch: ByteRange): Promise<ReadableStream<Uint8Array>> => {
      const body = await this.#deps.store.open(contentKey(keys, content), stretch);
      if (body === null) throw new RangeError("Cannot read the file as it must be kept still: it is gone");
      return body;
    };
    yield* unseal(read, keys.seal, range === undefined ? { bytes } : { bytes, range });
  }

  /** A row of the group; null where there is none, or it is not what it should be. */
  async row<T>(group: GroupId, name: string, schema: z.ZodType<T>): Promise<T | null> {
    const keys = await this.#keysOf(group);
    const body = await this.#deps.store.open(rowKey(keys, name));
    if (body === null) return null;
    const sealed = new Uint8Array(
      await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    );
    const bytes = sealed.length - sealedSize(0);
    if (bytes < 0) return null;
    const read = ({ start, end }: ByteRange): Promise<AsyncIterable<Uint8Array>> =>
      Promise.resolve(iterate(sealed.subarray(start, end + 1)));
    try {
      const text = await new Response(ReadableStream.from(unseal(read, keys.seal, { bytes }))).text();
      const parsed = schema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : null;
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async setRow(group: GroupId, name: string, value: unknown): Promise<void> {
    const keys = await this.#keysOf(group);
    if (this.#ended.has(group)) throw new Ended("Cannot keep a row as its group must go on: it has ended");
    const text = new TextEncoder().encode(JSON.stringify(value));
    const pieces = await Array.fromAsync(seal(iterate(text), keys.seal));
    await this.#deps.store.write(rowKey(keys, name), new Uint8Array(await new Blob(pieces).arrayBuffer()));
  }

  async erase(group: GroupId): Promise<void> {
    this.#ended.add(group);
    await this.#deps.store.erase((await this.#keysOf(group)).folder);
  }

  /** Takes away what is over, and what nobody finished. */
  async sweep(): Promise<void> {
    const { store, now, lifetimeMs, work } = this.#deps;
    const over = (at: number): boolean => now() - at > lifetimeMs + GRACE_MS;
    for await (const { key, at } of store.list("")) {
      // Looked at again right before: it may have been sent once more meanwhile.
      if (over(at) && over((await store.find(key))?.at ?? now())) await store.delete(key);
    }
    await store.tidy(GRACE_MS);
    await work.tidy();
  }

  #keysOf(group: GroupId): Promise<GroupKeys> {
    return this.#deps.keys.of(group);
  }
}

function contentKey({ folder }: GroupKeys, content: string): string {
  return `${folder}/c/${content}`;
}

function rowKey({ folder }: GroupKeys, name: string): string {
  return `${folder}/r/${name}`;
}

async function* iterate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
