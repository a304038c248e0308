/** Who is behind an address, and with which devices. */
import type { Account } from "./accounts.ts";
import { type BinaryNode, bytesIn, childOf, childrenOf, el, seconds, userOf } from "./node.ts";
import type { World } from "./world.ts";

/** Answers for each user what was asked of all. */
export function answerUsync(world: World, words: BinaryNode | undefined): BinaryNode {
  const asked = childrenOf(childOf(words, "query")).map(({ tag }) => tag);
  const users = childrenOf(childOf(words, "list")).map((user) => {
    const phone = bytesIn(childOf(user, "contact")).toString().replace("+", "");
    const jid = user.attrs["jid"] ?? `${phone}@s.whatsapp.net`;
    const account = world.accountOf(jid);
    return el("user", { jid }, asked.flatMap((what) => answerFor(what, { account, jid, phone })));
  });
  const attrs = { sid: words?.attrs["sid"], index: "0", last: "true", mode: "query", context: "message" };
  return el("usync", attrs, [el("result", {}, asked.map((tag) => el(tag))), el("list", {}, users)]);
}

function answerFor(
  what: string,
  { account, jid, phone }: { readonly account: Account | null; readonly jid: string; readonly phone: string },
): BinaryNode[] {
  if (what === "contact") return [el("contact", { type: account === null ? "out" : "in" }, `+${phone}`)];
  if (account === null) return [];
  switch (what) {
    case "devices":
      return [el("devices", {}, [
        el(
          "device-list",
          { hash: `2:fake${account.devices.size}` },
          [...account.devices.values()].map((device) =>
            el("device", {
              id: String(device.id),
              "key-index": device.id === 0 ? undefined : String(device.keyIndex),
            })
          ),
        ),
        el("key-index-list", { ts: seconds() }),
      ])];
    // From the other address to the number there is no way: that direction is nobody's business.
    case "lid":
      return userOf(jid)?.mode === "pn" ? [el("lid", { val: account.jid("lid") })] : [];
    case "status":
      return [el("status", { t: seconds() }, "Hey there")];
    case "disappearing_mode":
      return [el("disappearing_mode", { duration: "0", t: seconds() })];
    default:
      return [];
  }
}
