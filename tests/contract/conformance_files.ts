/** Files of every kind, as rows of the conformance suite. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { type MediaKind, plain } from "../../actors/model/mod.ts";
import { sampleFile, type SampleName } from "../fixtures/files.ts";
import { sameBytes } from "./adapter_running.ts";
import type { ChatSeen, FileSeen, MessageSeen } from "./conformance_driver.ts";
import { before, fresh, type Level, ours, type Row } from "./conformance_rows.ts";
import { seen, type Somebody } from "./conformance_stage.ts";

/** How far the length of a sound may be off, ms. */
const ABOUT_MS = 400;

/** The form in which each messenger's own clients send a kind; without an entry they do not. */
const FORMS: Readonly<Record<string, Partial<Record<string, SampleName>>>> = {
  photo: { telegram: "jpeg", whatsapp: "jpeg", signal: "jpeg", web: "jpeg" },
  video: { telegram: "mp4", whatsapp: "mp4", signal: "mp4", web: "mp4" },
  gif: { telegram: "silent-mp4", whatsapp: "silent-mp4", signal: "gif", web: "gif" },
  voice: { telegram: "ogg", whatsapp: "ogg", signal: "aac", web: "m4a" },
  audio: { telegram: "mp3", whatsapp: "mp3", signal: "mp3", web: "mp3" },
  document: { telegram: "pdf", whatsapp: "pdf", signal: "pdf", web: "pdf" },
  sticker: { telegram: "webp", whatsapp: "webp" },
  "moving sticker": { telegram: "tgs", whatsapp: "animated-webp" },
  "video sticker": { telegram: "webm" },
  "round video": { telegram: "square-mp4", whatsapp: "square-mp4" },
};

const KINDS: Readonly<Record<string, MediaKind>> = {
  photo: "photo",
  video: "video",
  gif: "gif",
  voice: "voice",
  audio: "audio",
  document: "document",
  sticker: "sticker",
  "moving sticker": "sticker",
  "video sticker": "sticker",
  "round video": "video-note",
};

/** Kinds that have words under them. */
const CAPTIONED = ["photo", "video", "gif", "document"];

async function fileOf(name: string, messenger: string, caption: string): Promise<FileSeen | null> {
  const sample = FORMS[name]?.[messenger];
  const kind = KINDS[name];
  if (sample === undefined || kind === undefined) return null;
  const { mime, body, name: fileName, durationMs } = await sampleFile(sample);
  return {
    kind,
    mime,
    body,
    name: fileName,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(caption === "" ? {} : { caption: plain(caption) }),
  };
}

function fileRow(name: string): Row {
  return {
    kind: LABELS[name] ?? name,
    needs: ["file"],
    pairs: (from) => FORMS[name]?.[from] !== undefined,
    play: async ({ from, others, mark }) => {
      const had = await before(others);
      const caption = CAPTIONED.includes(name) ? mark : "";
      const file = await fileOf(name, from.messenger, caption);
      assert(file !== null);
      await from.phone.act({ do: "file", file });
      return async (chat, at) => {
        const came = fresh(chat, had.get(at));
        const level = levelOf(came, file);
        if (level === null) return null;
        if (!came.some(({ text }) => text.text.includes(from.phone.name))) return null;
        if (caption !== "") {
          assert(came.some(({ text }) => text.text.includes(mark)), "the words under it came too");
        }
        const got = came.find((message) => message.file !== undefined)?.file;
        if (got !== undefined) await checkFile(got, file, at);
        return level;
      };
    },
  };
}

const LABELS: Readonly<Record<string, string>> = {
  gif: "GIF",
  voice: "voice note",
  "round video": "round video note",
};

/** Null: nothing has come yet. */
function levelOf(came: readonly MessageSeen[], sent: FileSeen): Level | null {
  const got = came.find((message) => message.file !== undefined)?.file;
  if (got !== undefined) {
    const same = got.kind === sent.kind && (got.mime.split(";")[0] === sent.mime || sent.kind === "photo");
    return same ? "native" : "converted";
  }
  if (came.some(({ text }) => /\/f\/[\w-]+/.test(text.text))) return "link";
  return came.some(({ text }) => /\[|📎/.test(text.text)) ? "words" : null;
}

async function checkFile(got: FileSeen, sent: FileSeen, at: Somebody): Promise<void> {
  assert(got.body.length > 0, `the file at ${at.messenger} has something in it`);
  if (sent.kind === "photo") {
    const { width, height, exif } = await sharp(got.body).metadata();
    assert.equal(exif, undefined, "where a photo was taken stays here");
    // The sample is 640 x 480 and turned by its EXIF.
    assert.deepEqual([width, height], [480, 640], "it is the right way up");
  }
  if (sent.kind === "document") {
    sameBytes(got.body, sent.body);
    assert.equal(got.name, sent.name);
  }
  if (sent.kind === "voice" && got.kind === "voice" && got.durationMs !== undefined) {
    assert(Math.abs(got.durationMs - (sent.durationMs ?? 0)) < ABOUT_MS, "it is as long as it was");
  }
}

const ALBUM: Row = {
  kind: "album",
  needs: ["album"],
  play: async ({ from, others, mark }) => {
    const had = await before(others);
    const first = await fileOf("photo", from.messenger, mark);
    const second = await fileOf("photo", from.messenger, "");
    assert(first !== null && second !== null);
    await from.phone.act({ do: "album", files: [first, second] });
    return (chat, at) => {
      const came = fresh(chat, had.get(at));
      const files = came.filter(({ file }) => file !== undefined);
      if (files.length < 2) return null;
      assert.equal(came.filter(({ text }) => text.text.includes(mark)).length, 1, "its words came once");
      const albums = new Set(files.map(({ album }) => album));
      return albums.size === 1 && !albums.has(undefined) ? "native" : "partial";
    };
  },
};

const CAPTION_EDIT: Row = {
  kind: "edit of the words under a file",
  needs: ["file", "edit-caption"],
  play: async ({ from, others, mark }) => {
    const file = await fileOf("photo", from.messenger, `under ${mark}`);
    assert(file !== null);
    const target = await from.phone.act({ do: "file", file });
    const copies = new Map<Somebody, string>();
    for (const other of others) {
      copies.set(
        other,
        (await seen(other, "the photo", ({ text }) => text.text.includes(`under ${mark}`))).id,
      );
    }
    await from.phone.act({ do: "edit-caption", target, text: plain(`better ${mark}`) });
    return (chat, at) => {
      const found = ours(chat, `better ${mark}`);
      if (found === null) return null;
      return found.id === copies.get(at) ? "native" : "words";
    };
  },
};

const STYLED: Row = {
  kind: "styles in the words under a file",
  needs: ["file"],
  play: async ({ from, mark }) => {
    const file = await fileOf("photo", from.messenger, "");
    assert(file !== null);
    const text = `${mark} bold`;
    const caption = { text, spans: [{ type: "bold" as const, start: text.length - 4, length: 4 }] };
    await from.phone.act({ do: "file", file: { ...file, caption } });
    return (chat) => {
      const found = ours(chat, mark);
      if (found === null) return null;
      const { text, spans } = found.text;
      const shown = (start: number, length: number): string => text.slice(start, start + length);
      assert(spans.some(({ type, start, length }) => type === "bold" && shown(start, length) === "bold"));
      return "native";
    };
  },
};

/** One megabyte more than Telegram's bots may send. */
const LARGE_BYTES = 51 * 1_000_000;

/** A file that is too large for some. From then on every look at a phone has it in hand. */
export const LARGE_ROW: Row = {
  kind: "file of 51 MB",
  needs: ["file"],
  // How a messenger takes what it can is shown by the others; the browser takes every size.
  pairs: (from) => from === "web",
  play: async ({ from, mark }) => {
    const { body: head } = await sampleFile("pdf");
    const body = new Uint8Array(LARGE_BYTES);
    body.set(head);
    const file: FileSeen = { kind: "document", mime: "application/pdf", name: "paper.pdf", body };
    await from.phone.act({ do: "file", file: { ...file, caption: plain(mark) } });
    return (chat) => {
      const found = ours(chat, mark);
      if (found === null) return null;
      if (found.file === undefined) {
        assert.match(found.text.text, /paper\.pdf.*\(5\d MB\): http/, "its name, its size and where it is");
        return "link";
      }
      sameBytes(found.file.body, body);
      return "native";
    };
  },
};

const VIEW_ONCE: Row = {
  kind: "view-once (never crosses, said once)",
  needs: ["view-once"],
  play: async ({ from, others, mark }) => {
    const had = await before(others);
    const file = await fileOf("photo", from.messenger, "");
    assert(file !== null);
    await from.phone.act({ do: "view-once", file });
    await from.phone.act({ do: "text", text: plain(mark) });
    return (chat, at) => {
      if (ours(chat, mark) === null || !toldOnce(chat)) return null;
      assert.deepEqual(fresh(chat, had.get(at)).filter(({ file }) => file !== undefined), []);
      return "words";
    };
  },
};

function toldOnce({ messages }: ChatSeen): boolean {
  return messages.some(({ ours, text }) => ours && /once/i.test(text.text));
}

/** Rows about files. */
export const FILE_ROWS: readonly Row[] = [
  ...Object.keys(FORMS).map(fileRow),
  ALBUM,
  STYLED,
  CAPTION_EDIT,
  VIEW_ONCE,
];
