/** Lines of ours in the browser: what messengers get as a message of its own is one in the conversation there. */
import { type MemberId, messageIdOf, type Op, plain, textContent } from "../model/mod.ts";
import { noticeText } from "../render/mod.ts";
import type { Draft } from "./draft.ts";
import { WEB } from "./web.ts";

type Notice = Extract<Op, { type: "notice" }>;

/** Who comes and goes, and that the group has ended, browsers show by themselves. */
const SHOWN = ["pinned", "pinned-by", "view-once", "missed", "unreadable"].map((one) => `notice.${one}`);
/** Whose they are. */
const NAME = "Plenum";

/** Puts what is told to browsers where they read it. */
export function showInBrowsers(draft: Draft): void {
  const told = draft.outgoing.find(({ op, to }) =>
    op.type === "notice" && SHOWN.includes(op.key) && to.includes(WEB)
  );
  if (told?.op.type !== "notice" || draft.message !== null || draft.made !== null) return;
  const id = messageIdOf(draft.around.seq);
  draft.made = {
    v: 1,
    id,
    at: draft.around.at,
    author: { member: ourMember(draft), name: NAME, messenger: WEB },
    content: textContent(plain(wordsOf(draft, told.op))),
    ...(told.op.about === undefined ? {} : { replyTo: told.op.about }),
    reactions: {},
    edited: false,
    deleted: false,
    notice: true,
  };
  draft.told.push({ type: "message", id });
}

function wordsOf(draft: Draft, op: Notice): string {
  return noticeText(op, (key, values) => draft.text(key, values));
}

/** Nobody's: the same in a group for ever. */
function ourMember({ around, record }: Draft): MemberId {
  return `m_${around.hash(`${record.id}|${WEB}|plenum`)}` as MemberId;
}
