/** Who our bot is. The id is part of the token; the username has to be asked for once. */
import { type Api, GrammyError } from "grammy";
import { AccountGone, type SessionStore } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import { MeRow, readRow, ROW, rowBytes } from "./session_rows.ts";
import { callSignal } from "./signal.ts";

/** What `Identity` works with. */
export interface IdentityDeps {
  readonly api: Api;
  readonly session: SessionStore;
  readonly id: number;
}

/** Our bot at Telegram. */
export class Identity {
  readonly id: number;
  readonly #deps: IdentityDeps;
  #username: string | null = null;

  constructor(deps: IdentityDeps) {
    this.id = deps.id;
    this.#deps = deps;
  }

  /** null: not known yet. */
  get username(): string | null {
    return this.#username;
  }

  /** The username: from memory, from the session, or from Telegram. @throws {DeliveryFailure} */
  async load(signal: AbortSignal): Promise<string> {
    if (this.#username !== null) return this.#username;
    const row = await readRow(this.#deps.session, ROW.me, MeRow);
    if (row === null) return await this.refresh(signal);
    this.#username = row.username;
    return row.username;
  }

  /** Asks Telegram, which also proves that the token is valid. @throws {DeliveryFailure} */
  async refresh(signal: AbortSignal): Promise<string> {
    const { username } = await asked(this.#getMe(signal), { repeatable: true });
    if (username !== this.#username) {
      await this.#deps.session.set({ [ROW.me]: rowBytes({ v: 1, username }) });
    }
    this.#username = username;
    return username;
  }

  async #getMe(signal: AbortSignal): Promise<{ username: string }> {
    try {
      return await this.#deps.api.getMe(callSignal(signal));
    } catch (error) {
      // To Telegram a token that never was one is a wrong address.
      if (!(error instanceof GrammyError) || error.error_code !== 404) throw error;
      throw new AccountGone(
        "Cannot log in to Telegram as the token must be valid: Telegram knows no such bot",
      );
    }
  }
}
