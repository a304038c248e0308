/**
 * How a person brings our bot into a group: by a deep link (`/start@bot token` arrives in the group), or in a private
 * chat by a button that lets them choose or create a group (`chat_shared` arrives there).
 */
import type { Api } from "grammy";
import type { KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove } from "@grammyjs/types";
import type { ChatId, Event } from "../../actors/model/mod.ts";
import { type AdapterHost, ChatGone, isDeliveryFailure, Rejected } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import type { Identity } from "./identity.ts";
import { BOT_RIGHTS, isIn, isReady, LINK_RIGHTS, USER_RIGHTS } from "./rights.ts";
import { readRow, RequestsRow, ROW, rowBytes } from "./session_rows.ts";
import { callSignal } from "./signal.ts";
import { WireMember } from "./wire.ts";

/** Anybody can press start, so what that leaves behind is bounded: 300 rows are at most 36 KiB. */
const REQUESTS_MAX = 300;

/** What adoptions are made with. */
export interface AdoptionDeps {
  readonly api: Api;
  readonly host: AdapterHost;
  readonly identity: Identity;
}

/** Somebody named a group and a token. */
export interface Claim {
  readonly id: string;
  readonly chat: ChatId;
  readonly at: number;
  readonly token: string;
}

/** Somebody chose a group by a button. */
export interface Shared extends Omit<Claim, "token"> {
  readonly person: string;
  readonly requestId: number;
}

type Markup = ReplyKeyboardMarkup | ReplyKeyboardRemove;

/** Leads to Telegram's list of groups; the bot is added with the rights that it needs. */
export function groupLink(username: string, token: string): string {
  return `https://t.me/${username}?startgroup=${token}&admin=${LINK_RIGHTS}`;
}

/** Leads to the private chat with the bot, where the button is. */
export function privateLink(username: string, token: string): string {
  return `https://t.me/${username}?start=${token}`;
}

/** The adoptions of one account. */
export class Adoption {
  readonly #deps: AdoptionDeps;
  /** Reads and writes of the requests row take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: AdoptionDeps) {
    this.#deps = deps;
  }

  /** The event for a claim made inside the group. @throws {DeliveryFailure} where asking has to be repeated */
  async adopted({ id, chat, at, token }: Claim, signal: AbortSignal): Promise<Event> {
    const ready = await this.#standing(chat, signal) === "ready";
    return { type: "adopted", id, chat, at, token, ready };
  }

  /** Answers somebody who opened the private chat. */
  async start(person: string, token: string | null, signal: AbortSignal): Promise<void> {
    const { text } = this.#deps.host;
    if (token === null) return await this.#say(person, text("telegram.hello"), undefined, signal);
    const id = requestIdOf(token);
    await this.#remember({ person, id, token });
    const button = text("telegram.choose-button");
    await this.#say(person, text("telegram.choose", { button }), keyboard(button, id), signal);
  }

  /** The event for a group chosen by button, or null where there is none. Tells the person what came of it. */
  async shared({ person, requestId, ...claim }: Shared, signal: AbortSignal): Promise<Event | null> {
    const row = await readRow(this.#deps.host.session, ROW.requests, RequestsRow);
    const found = row?.requests.findLast((one) => one.person === person && one.id === requestId);
    const { text } = this.#deps.host;
    if (found === undefined) {
      await this.#say(person, text("telegram.choose-expired"), { remove_keyboard: true }, signal);
      return null;
    }
    const standing = await this.#standing(claim.chat, signal);
    // Some clients share the group without adding the bot (facts 1.1): the deep link does add it.
    if (standing === "out") {
      const url = groupLink(await this.#deps.identity.load(signal), found.token);
      await this.#say(person, text("telegram.choose-add", { url }), { remove_keyboard: true }, signal);
      return null;
    }
    const said = standing === "ready" ? "telegram.choose-done" : "telegram.choose-rights";
    await this.#say(person, text(said), { remove_keyboard: true }, signal);
    return { ...claim, type: "adopted", token: found.token, ready: standing === "ready" };
  }

  async #standing(chat: ChatId, signal: AbortSignal): Promise<"ready" | "in" | "out"> {
    const { api, identity } = this.#deps;
    try {
      const asking = api.getChatMember(chat, identity.id, callSignal(signal));
      const member = WireMember.parse(await asked(asking, { repeatable: true }));
      if (!isIn(member)) return "out";
      return isReady(member) ? "ready" : "in";
    } catch (error) {
      if (error instanceof ChatGone || error instanceof Rejected) return "out";
      throw error;
    }
  }

  /** A lost answer is no loss: the person asks again. So it never holds the updates that follow. */
  async #say(person: string, text: string, markup: Markup | undefined, signal: AbortSignal): Promise<void> {
    const options = markup === undefined ? {} : { reply_markup: markup };
    try {
      await asked(this.#deps.api.sendMessage(person, text, options, callSignal(signal)), {
        repeatable: false,
      });
    } catch (error) {
      if (!isDeliveryFailure(error)) throw error;
    }
  }

  async #remember(request: RequestsRow["requests"][number]): Promise<void> {
    const { session } = this.#deps.host;
    const turn = this.#turn.then(async () => {
      const row = await readRow(session, ROW.requests, RequestsRow);
      const others = (row?.requests ?? []).filter(({ person, id }) =>
        person !== request.person || id !== request.id
      );
      const requests = [...others, request].slice(-REQUESTS_MAX);
      await session.set({ [ROW.requests]: rowBytes({ v: 1, requests }) });
    });
    // Whoever waits for this one hears of its failure; the next one starts all the same.
    this.#turn = turn.catch(() => {});
    await turn;
  }
}

/** The same token asks under the same number (31 bits, FNV-1a), so that a repeated update changes nothing. */
function requestIdOf(token: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < token.length; at += 1) {
    hash = Math.imul(hash ^ token.charCodeAt(at), 0x01000193);
  }
  return hash >>> 1;
}

function keyboard(text: string, requestId: number): ReplyKeyboardMarkup {
  const button: KeyboardButton = {
    text,
    request_chat: {
      request_id: requestId,
      chat_is_channel: false,
      bot_is_member: true,
      bot_administrator_rights: BOT_RIGHTS,
      user_administrator_rights: USER_RIGHTS,
    },
  };
  return { keyboard: [[button]], one_time_keyboard: true, resize_keyboard: true };
}
