/**
 * Files on their way out: grammY sends them as multipart streams, read one after the other while they are sent. None is
 * opened before its turn, none is ever whole in memory.
 */
import { InputFile } from "grammy";
import type { MediaKind, MediaRef } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, RetryLater, type SendOptions } from "../../actors/ports/mod.ts";
import { TELEGRAM } from "./capabilities.ts";
import { checkBytes } from "./encode_files.ts";

const FAULT_MS = 2000;

/** The files of one call. */
export class Uploads {
  readonly #open: NonNullable<SendOptions["media"]>;
  readonly #ended = new AbortController();

  constructor(open: SendOptions["media"]) {
    this.#open = open ?? nothingToRead;
  }

  /** `media` as grammY takes it. What fails while it is read fails the call. */
  file(media: MediaRef, { kind, name }: { readonly kind: MediaKind; readonly name: string }): InputFile {
    return new InputFile(this.#read(media, TELEGRAM.media[kind]?.maxBytes ?? 0), name);
  }

  /** The call is over: whatever is open is closed, since grammY forgets a stream that was cut. */
  end(): void {
    this.#ended.abort();
  }

  async *#read(media: MediaRef, maxBytes: number): AsyncIterable<Uint8Array> {
    const reader = (await this.#opened(media, maxBytes)).getReader();
    const cancel = (): void => void reader.cancel().catch(() => {});
    this.#ended.signal.addEventListener("abort", cancel);
    let sent = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        sent += value.length;
        checkBytes(sent, maxBytes);
        if (value.length > 0) yield value;
      }
      checkBytes(sent, maxBytes);
    } catch (error) {
      throw failureOfReading(error);
    } finally {
      this.#ended.signal.removeEventListener("abort", cancel);
      cancel();
    }
  }

  async #opened(media: MediaRef, maxBytes: number): Promise<ReadableStream<Uint8Array>> {
    try {
      const { bytes, body } = await this.#open(media);
      checkBytes(bytes, maxBytes);
      return body;
    } catch (error) {
      throw failureOfReading(error);
    }
  }
}

function failureOfReading(error: unknown): Error {
  if (isDeliveryFailure(error)) return error;
  return new RetryLater("Cannot send the file as it must be read to its end: it broke off", FAULT_MS);
}

function nothingToRead(): Promise<never> {
  const said = "Cannot send the file as its bytes must be given: they are not";
  return Promise.reject(new Rejected(said, "invalid"));
}
