/** The Bot API's methods that take files, with Telegram's own refusals. */
import { z } from "zod";
import {
  captionOf,
  changeableChat,
  chatOf,
  Entities,
  type Method,
  type MethodCall,
  ownMessage,
  placeOf,
} from "./method_call.ts";
import { DOWNLOAD_BYTES, type FakeFile, type FileKind, sniff, uploaded } from "./files.ts";
import { messageObject } from "./objects.ts";
import { badRequest } from "./refusal.ts";
import type { State } from "./world.ts";

/** A place on a disk that we do not have. */
const ELSEWHERE = "/elsewhere";
const ALBUM_MAX = 10;
/** What goes into an album, and with which others. */
const ALBUM: Readonly<Record<string, string>> = {
  photo: "seen",
  video: "seen",
  document: "document",
  audio: "audio",
};

/** By name in lower case. */
export const FILE_METHODS: Readonly<Record<string, Method>> = {
  sendphoto: sending("photo"),
  sendvideo: sending("video"),
  sendanimation: sending("animation"),
  sendvoice: sending("voice"),
  sendaudio: sending("audio"),
  senddocument: sending("document"),
  sendsticker: sending("sticker"),
  sendvideonote: sending("video_note"),
  sendmediagroup: sendMediaGroup,
  editmessagecaption: editMessageCaption,
  setchatphoto: setChatPhoto,
  deletechatphoto: deleteChatPhoto,
  getfile: getFile,
};

const Words = z.looseObject({
  caption: z.string().default(""),
  caption_entities: Entities,
  duration: z.coerce.number().optional(),
  emoji: z.string().optional(),
});

function sending(kind: FileKind): Method {
  return (state, call) => {
    const { chat, head } = placeOf(state, call.payload, `${kind}s`);
    const given = Words.parse(call.payload);
    const named = z.looseObject({ [kind]: z.string() }).parse(call.payload)[kind];
    const file = stored(state, kind, attached(call, String(named)), given);
    const bare = kind === "sticker" || kind === "video_note";
    const words = bare ? { text: "", entities: [] } : captionOf(given.caption, given.caption_entities);
    return messageObject(chat, state.addMessage(chat, { ...head, ...words, file }));
  };
}

function sendMediaGroup(state: State, call: MethodCall): unknown {
  const { chat, head } = placeOf(state, call.payload, "media");
  const { media } = z.looseObject({
    media: z.array(Words.extend({ type: z.string(), media: z.string() })),
  }).parse(call.payload);
  if (media.length < 2 || media.length > ALBUM_MAX) {
    throw badRequest("the number of media in a media group must be between 2 and 10");
  }
  const sorts = new Set(media.map(({ type }) => ALBUM[type]));
  if (sorts.size > 1 || sorts.has(undefined)) {
    throw badRequest("media of this types can't be mixed in one media group");
  }
  // All or nothing: whatever is wrong with one is said before any of them stands there.
  const made = media.map((item) => ({
    ...captionOf(item.caption, item.caption_entities),
    file: stored(state, item.type as FileKind, attached(call, item.media), item),
  }));
  const album = `album${state.nextName()}`;
  return made.map((one) => messageObject(chat, state.addMessage(chat, { ...head, ...one, album })));
}

function editMessageCaption(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const given = Words.extend({ message_id: z.coerce.number() }).parse(payload);
  const message = ownMessage(state, chat, given.message_id);
  if (message.file === undefined) throw badRequest("there is no caption in the message to edit");
  const words = captionOf(given.caption, given.caption_entities);
  if (words.text === message.text && JSON.stringify(words.entities) === JSON.stringify(message.entities)) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same",
    );
  }
  Object.assign(message, { ...words, edited: true });
  state.changes.notify();
  return messageObject(chat, message);
}

function setChatPhoto(state: State, call: MethodCall): true {
  const chat = changeableChat(state, call.payload, "photo");
  const { photo } = z.looseObject({ photo: z.string() }).parse(call.payload);
  const { bytes } = attached(call, photo);
  if (sniff(bytes) !== "image/jpeg") throw badRequest("PHOTO_INVALID");
  state.setPhoto(chat, state.bot, bytes);
  return true;
}

function deleteChatPhoto(state: State, { payload }: MethodCall): true {
  const chat = changeableChat(state, payload, "photo");
  if (chat.photo === null) throw badRequest("CHAT_NOT_MODIFIED");
  state.setPhoto(chat, state.bot, null);
  return true;
}

function getFile(state: State, { payload }: MethodCall): unknown {
  const { file_id: id } = z.looseObject({ file_id: z.string() }).parse(payload);
  const file = state.files.get(id);
  if (file === undefined) throw badRequest("wrong file_id or the file is temporarily unavailable");
  if (state.localDir !== null) return localFile(state.localDir, { id, bytes: file.bytes });
  if (file.bytes.length > DOWNLOAD_BYTES) throw badRequest("file is too big");
  return { file_id: id, file_unique_id: `u${id}`, file_size: file.bytes.length, file_path: `files/${id}` };
}

/** As a Bot API server with `--local`: of any size, by its place on the disk. */
function localFile(dir: string, { id, bytes }: { readonly id: string; readonly bytes: Uint8Array }): unknown {
  const file_path = `${dir}/${id}`;
  // A server that looks somewhere else than we do: what it names is not there.
  if (dir !== ELSEWHERE) Deno.writeFileSync(file_path, bytes);
  return { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length, file_path };
}

function attached(
  { files }: MethodCall,
  named: string,
): { readonly name: string; readonly bytes: Uint8Array } {
  const file = files.get(named.replace(/^attach:\/\//, ""));
  if (file === undefined) {
    throw badRequest("wrong remote file identifier specified: Wrong padding in the string");
  }
  return file;
}

function stored(
  state: State,
  kind: FileKind,
  upload: { readonly name: string; readonly bytes: Uint8Array },
  { duration, emoji }: z.infer<typeof Words>,
): FakeFile {
  const file = uploaded(kind, upload, { seconds: duration ?? 0 });
  return state.addFile({ ...file, ...(emoji === undefined ? {} : { emoji }) });
}
