/** Leaving a group for good, with all that is kept about it. */
import type { ChatId, Receipt } from "../../actors/model/mod.ts";
import { ChatGone } from "../../actors/ports/mod.ts";
import { look } from "./creation.ts";
import type { Edits } from "./edits.ts";
import type { Fading } from "./fading.ts";
import { asked, isLastAdmin, refused } from "./failures.ts";
import { acisOf, type Groups } from "./groups.ts";
import type { Rpc } from "./rpc.ts";

/** What leaving works with. */
export interface LeavingDeps {
  readonly rpc: Rpc;
  /** Our own ACI. */
  readonly me: string;
  readonly groups: Groups;
  readonly edits: Edits;
  readonly fading: Fading;
  readonly now: () => number;
}

/** Being out already is what a retry finds. @throws {DeliveryFailure} */
export async function leave(deps: LeavingDeps, chat: ChatId): Promise<Receipt> {
  const { rpc, groups, edits, fading, now } = deps;
  try {
    // The link would go on letting people into a group that leads nowhere.
    await rpc.call("updateGroup", { groupId: chat, link: "disabled" }).catch(() => undefined);
    await quit(deps, chat);
  } catch (error) {
    const failure = refused("leave the group", error);
    if (!(failure instanceof ChatGone)) throw failure;
  }
  await groups.forget(chat);
  await edits.forget(chat);
  await fading.forget(chat);
  return { ids: [], at: now() };
}

/** Signal lets no group be without an admin: whoever is in it longest is one then. */
async function quit({ rpc, me }: LeavingDeps, chat: ChatId): Promise<void> {
  try {
    await rpc.call("quitGroup", { groupId: chat, delete: true });
  } catch (error) {
    if (!isLastAdmin(error)) throw error;
    const heir = acisOf((await look(rpc, chat))?.members).find((aci) => aci !== me);
    if (heir === undefined) throw error;
    await asked("leave the group", rpc.call("quitGroup", { groupId: chat, delete: true, admin: [heir] }));
  }
}
