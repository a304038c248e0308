/** One Plenum with the real adapter of every messenger on its wire double, one group over all of them, one person on each. */
import { plenumHere } from "../fakes/plenum.ts";
import { signUp, until } from "../fakes/people.ts";
import { OPERATOR_EMAIL } from "./rest_client.ts";
import type { Act, Driver, MessageSeen, Phone } from "./conformance_driver.ts";

/** How long something may take to arrive, ms. */
const ARRIVES_MS = 30_000;

/** One of the people, where they are. */
export interface Somebody {
  readonly messenger: string;
  readonly driver: Driver;
  readonly phone: Phone;
}

/** The group, while a suite runs. */
export interface Stage extends AsyncDisposable {
  readonly people: readonly Somebody[];
}

/** Opens all of it. */
export async function openStage(drivers: readonly Driver[]): Promise<Stage> {
  const env = Object.assign({}, ...drivers.map((driver) => driver.env));
  const linkable = drivers.flatMap((driver) => driver.linkable ?? []);
  const plenum = await plenumHere({ SANDBOX: "off", OPERATOR_EMAIL, ...env }, linkable);
  const { url } = plenum;
  const owner = await signUp(url, OPERATOR_EMAIL);
  for (const driver of drivers) await driver.prepare?.(url, owner.token);
  const { id } = await owner.createGroup("Lake weekend", drivers.map(({ messenger }) => messenger));
  const people: Somebody[] = [];
  for (const driver of drivers) {
    const { messenger } = driver;
    if (driver.adopt !== undefined) {
      const waiting = await owner.bridge(id, messenger, "needs-action");
      await driver.adopt(waiting.action?.url ?? "");
    }
    const { inviteUrl } = await owner.bridge(id, messenger, "ready");
    driver.unpace?.();
    const phone = await driver.join(inviteUrl ?? "", NAMES.get(messenger) ?? messenger);
    people.push({ messenger, driver, phone });
  }
  const stage: Stage = {
    people,
    [Symbol.asyncDispose]: async () => {
      await plenum.stop();
      for (const driver of drivers) await driver[Symbol.asyncDispose]();
    },
  };
  await settle(stage);
  return stage;
}

/** Names that say nothing about where somebody is, none a part of another. */
const NAMES = new Map([
  ["telegram", "Tove Lund"],
  ["whatsapp", "Walid Haddad"],
  ["signal", "Siri Aalto"],
  ["web", "Ola Wiik"],
]);

/** Everybody has heard everybody: what was told on joining is over. */
async function settle({ people }: Stage): Promise<void> {
  for (const { phone } of people) {
    const text = `${phone.name} is here`;
    await phone.act({ do: "text", text: { text, spans: [] } });
    for (const other of people) {
      if (other.phone !== phone) await seen(other, text, (message) => message.text.text.includes(text));
    }
  }
}

/** The first message of ours that somebody sees and that `look` takes. */
export function seen(
  { messenger, phone }: Somebody,
  what: string,
  look: (message: MessageSeen) => boolean,
): Promise<MessageSeen> {
  return until(
    `${messenger} sees ${what}`,
    async () => (await phone.chat()).messages.find((message) => message.ours && look(message)) ?? null,
    ARRIVES_MS,
  );
}

/** Asks again until there is an answer. */
export function eventually<T>(what: string, look: () => Promise<T | false | null>): Promise<T> {
  return until(what, look, ARRIVES_MS);
}

/** Ids of all messages that somebody sees now. */
export async function known({ phone }: Somebody): Promise<ReadonlySet<string>> {
  return new Set((await phone.chat()).messages.map(({ id }) => id));
}

/** Whether a messenger's people can do it at all. */
export function can({ driver }: Somebody, act: Act["do"]): boolean {
  return driver.acts.includes(act);
}
