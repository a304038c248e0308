/** One WhatsApp account behind the adapter contract: puts the parts together and holds no logic of its own. */
import type { BaileysEventMap } from "@whiskeysockets/baileys";
import type { Capabilities, ChatId, NativeId, NativeOp, Person, Receipt } from "../../actors/model/mod.ts";
import { carried } from "../shared/uncarried.ts";
import {
  type Adapter,
  type AdapterHost,
  type CallOptions,
  type CreatedGroup,
  type GroupSpec,
  type LinkIo,
  type MediaStream,
  RetryLater,
  type SendOptions,
} from "../../actors/ports/mod.ts";
import { AUTH_PREFIX } from "./auth_state.ts";
import { Albums } from "./albums.ts";
import { Authors } from "./authors.ts";
import { WHATSAPP, WHATSAPP_UNPACED } from "./capabilities.ts";
import type { WhatsappConfig } from "./config.ts";
import { Connection } from "./connection.ts";
import { createGroup, currentInvite, renewInvite } from "./creation.ts";
import { asked, offline } from "./failures.ts";
import { Groups } from "./groups.ts";
import { Inbox } from "./inbox.ts";
import { personIdOf } from "./jids.ts";
import { leave } from "./leaving.ts";
import type { Line } from "./line.ts";
import { link } from "./linking.ts";
import { openMedia } from "./media.ts";
import { groupOfPicture } from "./media_ids.ts";
import { perform } from "./perform.ts";
import { openPicture } from "./pictures.ts";
import { Polls } from "./polls.ts";
import { muteLibsignal } from "./quiet.ts";
import { Sent } from "./sent.ts";
import { change } from "./settings.ts";
import { State } from "./state.ts";

/** What an adapter is opened with. */
export interface WhatsappDeps {
  readonly config: WhatsappConfig;
  readonly host: AdapterHost;
}

/** What the table carries. */
const CARRIED = [
  "post",
  "media",
  "album",
  "location",
  "contact",
  "poll",
  "edit",
  "delete",
  "react",
  "title",
  "description",
  "icon",
  "timer",
  "leave",
] as const;

/** Opens one account. Performs no I/O. */
export function openWhatsapp(deps: WhatsappDeps): Adapter {
  return new WhatsappAdapter(deps);
}

class WhatsappAdapter implements Adapter {
  readonly #deps: WhatsappDeps;
  readonly #state: State;
  readonly #groups = new Groups();
  readonly #albums = new Albums();
  readonly #authors: Authors;
  readonly #polls: Polls;
  readonly #sent: Sent;
  readonly #inbox: Inbox;
  readonly #connection: Connection;
  /** Of the present run. */
  #signal = AbortSignal.abort();

  constructor(deps: WhatsappDeps) {
    const { config, host } = deps;
    const now = (): number => host.now();
    this.#deps = deps;
    this.#state = new State(host.session, now);
    this.#authors = new Authors(host.session);
    this.#polls = new Polls(host.session, now);
    this.#sent = new Sent(host.session, now);
    this.#inbox = new Inbox({
      host,
      groups: this.#groups,
      albums: this.#albums,
      authors: this.#authors,
      polls: this.#polls,
      sent: this.#sent,
    });
    this.#connection = new Connection({
      config,
      host,
      state: this.#state,
      opened: (line) => this.#listen(line),
      take: (line, message) => this.#inbox.take(line, message, this.#signal),
      sent: (id) => this.#sent.find(id),
      metadata: (line, jid) => this.#groups.metadata(line.socket, jid),
    });
  }

  capabilities(_chat: ChatId | null): Capabilities {
    return this.#deps.config.unpaced ? WHATSAPP_UNPACED : WHATSAPP;
  }

  async run(signal: AbortSignal): Promise<void> {
    muteLibsignal();
    this.#signal = signal;
    await this.#connection.run(signal);
  }

  async send(chat: ChatId, wanted: NativeOp, { opId, signal, media }: SendOptions): Promise<Receipt> {
    const op = carried(wanted, CARRIED);
    const line = this.#line();
    const now = (): number => this.#deps.host.now();
    const parts = {
      line,
      groups: this.#groups,
      albums: this.#albums,
      authors: this.#authors,
      polls: this.#polls,
      sent: this.#sent,
      now,
    };
    const reading = media === undefined ? {} : { media };
    switch (op.type) {
      case "leave":
        return await leave({ ...parts, session: this.#deps.host.session }, chat);
      case "title":
      case "description":
      case "icon":
      case "timer":
        await change({ socket: line.socket, groups: this.#groups }, { chat, op, ...reading });
        return { ids: [], at: now() };
      default:
        return await perform(parts, { chat, op, opId, signal, ...reading });
    }
  }

  async createGroup(spec: GroupSpec, _options: CallOptions): Promise<CreatedGroup> {
    const { socket, auth } = this.#line();
    const { config, host } = this.#deps;
    const until = this.#state.restrictedUntil;
    if (until !== null) {
      const afterMs = until - host.now();
      throw new RetryLater(
        "Cannot make a group as WhatsApp forbids it for now",
        afterMs,
        "chat",
        "whatsapp.restricted",
      );
    }
    const me = auth.creds.me?.id ?? "";
    const parts = { socket, session: host.session, groups: this.#groups, config, me, now: () => host.now() };
    return await createGroup(parts, spec);
  }

  async inviteLink(chat: ChatId, _options: CallOptions): Promise<string | null> {
    return await currentInvite(this.#line().socket, chat);
  }

  async revokeInvite(chat: ChatId, _options: CallOptions): Promise<string | null> {
    return await renewInvite(this.#line().socket, chat);
  }

  /** Without names: WhatsApp tells those only with what people write. */
  async *members(chat: ChatId, _options: CallOptions): AsyncIterable<Person> {
    const { socket, auth } = this.#line();
    const { participants } = await asked("list the members", this.#groups.refresh(socket, chat));
    for (const { id, lid, admin } of participants) {
      const native = personIdOf(lid ?? id, () => null);
      const ours = [auth.creds.me?.id, auth.creds.me?.lid].filter((jid) => jid !== undefined)
        .map((jid) => personIdOf(jid, () => null));
      if (!ours.includes(native)) yield { native, name: "", ...(admin ? { admin: true } : {}) };
    }
  }

  async openMedia(media: NativeId, { signal }: CallOptions): Promise<MediaStream> {
    const group = groupOfPicture(media);
    if (group !== null) return await openPicture(this.#line().socket, group, signal);
    return await openMedia(media, { line: this.#connection.line, signal });
  }

  async link(io: LinkIo, { signal }: CallOptions): Promise<void> {
    muteLibsignal();
    const { config, host } = this.#deps;
    await link({ config, host, state: this.#state }, io, signal);
  }

  /** Tells WhatsApp that this device is no more, if it can be reached, and forgets the login. */
  async unlink(_options: CallOptions): Promise<void> {
    await this.#connection.line?.socket.logout().catch(() => undefined);
    await this.#deps.host.session.clear(AUTH_PREFIX);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
  }

  /** @throws {RetryLater} while there is none */
  #line(): Line {
    const { line } = this.#connection;
    if (line === null) throw offline();
    return line;
  }

  #listen(line: Line): void {
    const signal = this.#signal;
    const { ev } = line.socket;
    // Baileys awaits no listener; what fails here has been counted, or the account is being stopped.
    const hear = <T>(work: (news: T) => Promise<void>) => (news: T): void =>
      void work(news).catch(() => undefined);
    ev.on(
      "messages.upsert",
      hear<BaileysEventMap["messages.upsert"]>((news) => this.#inbox.upserted(line, news, signal)),
    );
    ev.on("group-participants.update", (news) => this.#inbox.participants(news));
    ev.on("groups.update", (news) => this.#inbox.changed(news));
  }
}
