/** Contact cards: a number crosses only when whoever sent the card says so. */
import type { Content, Member, MessageId, NativeId } from "../model/mod.ts";
import { answer, type Asked } from "./asked.ts";
import type { Draft } from "./draft.ts";
import { WEB } from "./web.ts";
import { CARD_LIFETIME_MS } from "../store/mod.ts";
import { changeHistory, post } from "./talk.ts";

type Card = Extract<Content, { type: "contact" }>;

/** A name has letters. What else stands in its place may be the number itself. */
const NAMED = /\p{L}/u;
/** What may be a number in a name: some people save them so. */
const RUN = /\+?\d[\d ()./-]{4,30}/g;
/** So many last digits tell a number. */
const TELLING = 5;

/** A new card: the others get it without its numbers, and its sender is told how they could cross. */
export function postCard(draft: Draft, member: Member, card: Card, native: NativeId | null): MessageId {
  const { phones = [] } = card;
  const shown: Card = { type: "contact", name: nameOf(draft, card) };
  if (phones.length === 0) return post(draft, member, shown, { native });
  const id = post(draft, member, shown, { native, withheld: phones });
  if (member.messenger !== WEB) {
    draft.send({ type: "notice", key: "card.withheld", values: {}, about: id, quiet: true }, [
      member.messenger,
    ]);
  }
  return id;
}

function nameOf(draft: Draft, { name, phones = [] }: Card): string {
  const numbers = phones.map(digitsOf);
  const bare = name.replace(RUN, (run) => {
    const end = digitsOf(run).slice(-TELLING);
    const told = end.length === TELLING && numbers.some((number) => number.includes(end));
    return told ? "…" : run;
  });
  return NAMED.test(bare) ? bare : draft.text("content.contact");
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** `/share` in reply to one's own card: it crosses once more, with its numbers. */
export function shareCard(draft: Draft, { member, native }: Asked): MessageId | null {
  const { target, at } = draft.around;
  const card = target?.history;
  if (target === null || card?.content.type !== "contact") return answer(draft, member, "card.none");
  if (target.entry.author !== member.id) return answer(draft, member, "card.not-yours");
  const { withheld: phones = [] } = card;
  if (phones.length === 0 || at - target.entry.at > CARD_LIFETIME_MS) {
    return answer(draft, member, "card.over");
  }
  const id = post(draft, member, { ...card.content, phones }, { native });
  changeHistory(draft, target, (entry) => ({ ...entry, withheld: [] }));
  return id;
}
