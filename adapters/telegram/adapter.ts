/** One Telegram bot behind the adapter contract: puts the parts together and holds no logic of its own. */
import type { Api } from "grammy";
import {
  type Capabilities,
  type ChatId,
  NativeId,
  type NativeOp,
  type Person,
  type Receipt,
} from "../../actors/model/mod.ts";
import type {
  Adapter,
  AdapterHost,
  CallOptions,
  CreatedGroup,
  GroupSpec,
  LinkIo,
  MediaStream,
  SendOptions,
} from "../../actors/ports/mod.ts";
import { Adoption, groupLink, privateLink } from "./adoption.ts";
import { tableFor } from "./capabilities.ts";
import { botIdOf, type TelegramConfig } from "./config.ts";
import { Connection } from "./connection.ts";
import { abandonGroup, createGroup } from "./creation.ts";
import { CustomEmoji } from "./custom_emoji.ts";
import { hearDeletes } from "./deletes.ts";
import { checkedTitle, encode } from "./encode.ts";
import { asked } from "./failures.ts";
import { openFile } from "./files.ts";
import type { GroupMaker } from "./group_maker.ts";
import { Identity } from "./identity.ts";
import { Inbox } from "./inbox.ts";
import { currentInvite, renewInvite } from "./invites.ts";
import { LivePlaces } from "./live_places.ts";
import { perform } from "./perform.ts";
import { PollBook } from "./poll_book.ts";
import { ALLOWED_UPDATES, poll } from "./polling.ts";
import { ROW } from "./session_rows.ts";
import { callSignal } from "./signal.ts";
import { type BotApis, botApis } from "./transport.ts";
import { answerWebhook, receiveCalls } from "./webhook.ts";

/** What an adapter is opened with. `maker` is there where a user account is configured. */
export interface TelegramDeps {
  readonly config: TelegramConfig;
  readonly host: AdapterHost;
  readonly maker: GroupMaker | null;
}

/** Opens one bot. Performs no I/O. */
export function openTelegram(deps: TelegramDeps): Adapter {
  return new TelegramAdapter(deps);
}

class TelegramAdapter implements Adapter {
  readonly createGroup?: Adapter["createGroup"];
  readonly adoptLink?: Adapter["adoptLink"];
  readonly setupGroup?: Adapter["setupGroup"];
  readonly webhook?: Adapter["webhook"];
  readonly #deps: TelegramDeps;
  readonly #apis: BotApis;
  readonly #table: Capabilities;
  readonly #identity: Identity;
  readonly #inbox: Inbox;
  readonly #polls: PollBook;
  readonly #places: LivePlaces;

  constructor(deps: TelegramDeps) {
    const { config, host, maker } = deps;
    const { token, apiRoot } = config;
    this.#deps = deps;
    this.#table = tableFor({ unpaced: config.unpaced, deletes: maker?.watch !== undefined });
    this.#apis = botApis(token, apiRoot);
    this.#identity = new Identity({ api: this.#apis.api, session: host.session, id: botIdOf(token) });
    const adoption = new Adoption({ api: this.#apis.api, host, identity: this.#identity });
    const customEmoji = new CustomEmoji(this.#apis.api);
    this.#polls = new PollBook({ session: host.session, now: () => host.now() });
    this.#places = new LivePlaces(host);
    const [identity, polls, places] = [this.#identity, this.#polls, this.#places];
    this.#inbox = new Inbox({ host, identity, adoption, customEmoji, polls, places });
    if (maker === null) {
      this.adoptLink = (token) => this.#adoptLink(token);
      this.setupGroup = (chat, spec, options) => this.#setupGroup(chat, spec, options);
    } else {
      const creation = { ...this.#invites, identity: this.#identity, maker };
      this.createGroup = (spec, options) => createGroup(creation, spec, options);
    }
    const { webhookSecret: secret } = config;
    if (config.mode === "webhook" && secret !== undefined) {
      this.webhook = (request) => answerWebhook(request, { secret, inbox: this.#inbox });
    }
  }

  capabilities(_chat: ChatId | null): Capabilities {
    return this.#table;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { config, host, maker } = this.#deps;
    const connection = new Connection(host);
    connection.starting();
    const known = await connection.persist(() => this.#identity.refresh(signal), { signal });
    if (known === null) return;
    const parts = { api: this.#apis.api, host, inbox: this.#inbox, connection };
    const { webhookSecret: secret = "", publicUrl = "" } = config;
    const called = { ...parts, secret, publicUrl, allowed: ALLOWED_UPDATES };
    const watch = maker?.watch;
    await together(signal, [
      (both) => config.mode === "polling" ? poll(parts, both) : receiveCalls(called, both),
      (both) => this.#places.watch(both),
      ...(watch === undefined
        ? []
        : [(both: AbortSignal): Promise<void> => hearDeletes({ host, connection, watch }, both)]),
    ]);
  }

  async send(chat: ChatId, op: NativeOp, { signal, media }: SendOptions): Promise<Receipt> {
    const call = encode(chat, op);
    const { host, maker } = this.#deps;
    if (op.type === "leave" && maker !== null) {
      await abandonGroup({ ...this.#invites, identity: this.#identity, maker }, chat, { signal });
    }
    const { receipt, poll } = await perform(this.#apis, call, { signal, media, now: () => host.now() });
    const [native] = receipt.ids;
    if (poll !== null && native !== undefined) {
      await this.#polls.remember({ poll, chat, native, ours: true });
    }
    if (op.type === "leave") await host.session.set({ [ROW.chat(chat)]: null });
    return receipt;
  }

  inviteLink(chat: ChatId, { signal }: CallOptions): Promise<string> {
    return currentInvite(this.#invites, chat, signal);
  }

  revokeInvite(chat: ChatId, { signal }: CallOptions): Promise<string> {
    return renewInvite(this.#invites, chat, signal);
  }

  /** Administrators only: Telegram tells bots of nobody else. The others come by `join` and by what they write. */
  async *members(chat: ChatId, { signal }: CallOptions): AsyncIterable<Person> {
    const asking = this.#apis.api.getChatAdministrators(chat, {}, callSignal(signal));
    for (const { user } of await asked(asking, { repeatable: true })) {
      if (user.is_bot) continue;
      const name = [user.first_name, user.last_name ?? ""].join(" ").trim();
      yield { native: NativeId.parse(String(user.id)), name, admin: true };
    }
  }

  openMedia(media: NativeId, { signal }: CallOptions): Promise<MediaStream> {
    const { token, apiRoot } = this.#deps.config;
    const local = new URL(apiRoot).hostname !== "api.telegram.org";
    return openFile({ api: this.#apis.api, filesRoot: `${apiRoot}/file/bot${token}`, local }, media, signal);
  }

  /** A bot's token is its login: there is nothing to do but to see whether it is valid. */
  async link(io: LinkIo, { signal }: CallOptions): Promise<void> {
    await this.#identity.refresh(signal);
    io.show("text", this.#deps.host.text("telegram.linked"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
  }

  get #invites(): { readonly api: Api; readonly session: AdapterHost["session"] } {
    return { api: this.#apis.api, session: this.#deps.host.session };
  }

  #adoptLink(token: string): { readonly url?: string; readonly text: string } {
    const { text } = this.#deps.host;
    const { username } = this.#identity;
    // Before the first answer of Telegram no link can name the bot.
    if (username === null) return { text: text("telegram.adopt-wait") };
    return {
      url: groupLink(username, token),
      text: text("telegram.adopt", { url: privateLink(username, token) }),
    };
  }

  async #setupGroup(chat: ChatId, spec: GroupSpec, { signal }: CallOptions): Promise<CreatedGroup> {
    const title = checkedTitle(spec.title);
    await perform(this.#apis, { method: "setChatTitle", chat, title }, {
      signal,
      now: () => this.#deps.host.now(),
    });
    return { chat, inviteUrl: await currentInvite(this.#invites, chat, signal) };
  }
}

/** Runs `works` until `signal` aborts, or until one ends: then the others end too. @throws what the first threw */
async function together(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const ends = await Promise.allSettled(works.map((work) => work(both).finally(() => over.abort())));
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
