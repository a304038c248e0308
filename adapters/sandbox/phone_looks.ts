/** What phones change of the chat itself: its title, description, picture and timer, and what is pinned. */
import type { Event, MediaRef } from "../../actors/model/mod.ts";
import type { PhoneFile } from "./phone_kinds.ts";
import { author, firstId, head, invalid, living, refuse, type Scene, tell } from "./phone_scene.ts";
import { refuseTitle } from "../shared/refusals.ts";

/** Where the table says nothing, as our account may not set it: what people can type. */
const DESCRIPTION_MAX = 500;

/** Pins a message, or takes it off. */
export async function pin(
  scene: Scene,
  target: string | undefined,
  pinned: boolean,
): Promise<{ messageId: string }> {
  const message = living(scene, target);
  scene.chat.alter(message, { pinned });
  const native = firstId(message);
  await told(scene, { ...by(scene), type: "pin", target: { native }, pinned });
  return { messageId: native };
}

/** Another title. */
export async function setTitle(scene: Scene, title: string): Promise<{ messageId: string }> {
  refuse(refuseTitle(title, scene.network.traits));
  scene.chat.change({ title });
  return await told(scene, { ...by(scene), type: "title", title });
}

/** Another description; nothing takes it away. */
export async function setDescription(scene: Scene, text: string): Promise<{ messageId: string }> {
  const most = scene.network.traits.capabilities.description?.maxUtf16 ?? DESCRIPTION_MAX;
  if (text.length > most) {
    throw invalid(
      `Cannot set the description as it must have at most ${most} UTF-16 units: it has ${text.length}`,
    );
  }
  scene.chat.change({ description: text });
  return await told(scene, { ...by(scene), type: "description", text });
}

/** Another picture, or none. */
export async function setIcon(scene: Scene, file: PhoneFile | undefined): Promise<{ messageId: string }> {
  const media = file === undefined ? null : await keep(scene, file);
  scene.chat.setIcon(media ?? undefined);
  return await told(scene, { ...by(scene), type: "icon", media });
}

async function keep({ network }: Scene, { data, mime }: PhoneFile): Promise<MediaRef> {
  const stored = await network.files.put(ReadableStream.from([data]), { mime, maxBytes: data.length });
  return { native: stored.id, mime, bytes: stored.bytes };
}

/** Messages disappear after so many seconds from now on; 0: never. */
export async function setTimer(scene: Scene, seconds: number): Promise<{ messageId: string }> {
  scene.chat.change({ timer: seconds === 0 ? undefined : seconds });
  return await told(scene, { ...by(scene), type: "timer", seconds });
}

async function told(scene: Scene, event: Event): Promise<{ messageId: string }> {
  await tell(scene.network, scene.chat, event);
  return { messageId: "" };
}

function by(scene: Scene): ReturnType<typeof head> & { readonly author: ReturnType<typeof author> } {
  return { ...head(scene.chat, scene.now), author: author(scene) };
}
