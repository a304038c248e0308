/**
 * `deno task bench burst`: 200 messages in a minute from WhatsApp (simulated) to Telegram, by the real grammY, whose
 * server takes 20 a minute for a group and refuses more. How long until the last has arrived, how far behind the chat
 * is at worst, in how many messages they came, and how many were lost.
 */
import { signUp, until } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { RestClient } from "../contract/rest_client.ts";
import { type FakeTelegram, startTelegram } from "../fakes/telegram/mod.ts";
import { joinByPhone } from "../fakes/people.ts";
import { aim, head, number, say, spread } from "./figures.ts";

const COUNT = 200;
const OVER_MS = 60_000;
const PER_MINUTE = 20;
const GIVE_UP_MS = 15 * 60_000;

interface Burst {
  readonly telegram: FakeTelegram;
  readonly chat: number;
  readonly url: string;
  /** Says one message. */
  say(n: number): Promise<void>;
}

async function open(telegram: FakeTelegram, url: string): Promise<Burst> {
  const owner = await signUp(url);
  const { id } = await owner.createGroup("Lake weekend", ["telegram", "whatsapp"]);
  const { action } = await owner.bridge(id, "telegram", "needs-action");
  const startParameter = new URL(action?.url ?? "about:blank").searchParams.get("startgroup") ?? "";
  const olga = telegram.world.addUser("Olga");
  const chat = telegram.world.createGroup("Our lake", olga);
  telegram.world.addBot(chat, { by: olga, admin: true, startParameter });
  await owner.bridge(id, "telegram", "ready");
  const { inviteUrl } = await owner.bridge(id, "whatsapp", "ready");
  const ben = await joinByPhone(url, { messenger: "whatsapp", name: "Ben", inviteUrl });
  const cem = await joinByPhone(url, { messenger: "whatsapp", name: "Cem", inviteUrl });
  return {
    telegram,
    chat,
    url,
    say: async (n) => void await (n % 3 === 0 ? cem : ben).send({ type: "text", text: textOf(n) }),
  };
}

function textOf(n: number): string {
  return `message ${String(n).padStart(4, "0")}`;
}

/** The numbers of all messages that the group shows, in order. */
function shown({ telegram, chat }: Burst): number[] {
  return telegram.world.messages(chat).filter(({ fromBot }) => fromBot)
    .flatMap(({ text }) => [...text.matchAll(/message (\d{4})/g)].map(([, n]) => Number(n)));
}

async function main(): Promise<void> {
  await using telegram = await startTelegram();
  const plenum = await plenumHere({
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    SANDBOX: "on",
  });
  await new RestClient(plenum.url).call("GET", "/healthz");
  const burst = await open(telegram, plenum.url);
  telegram.faults.pace(PER_MINUTE);
  const before = telegram.world.messages(burst.chat).filter(({ fromBot }) => fromBot).length;
  const saidAt: number[] = [];
  const arrivedAt: number[] = [];
  const note = (): number => {
    const now = performance.now();
    for (const n of shown(burst)) arrivedAt[n] ??= now;
    return Object.keys(arrivedAt).length;
  };
  const started = performance.now();
  for (let n = 0; n < COUNT; n++) {
    await until("its turn", () => {
      note();
      return Promise.resolve(performance.now() >= started + n * OVER_MS / COUNT);
    }, OVER_MS);
    saidAt[n] = performance.now();
    await burst.say(n);
  }
  await until("all of them", () => Promise.resolve(note() === COUNT), GIVE_UP_MS);
  const took = Math.max(...arrivedAt) - started;
  const order = shown(burst);
  const messages = telegram.world.messages(burst.chat).filter(({ fromBot }) => fromBot).length - before;
  const refused = telegram.calls.filter(({ status }) => status === 429).length;
  const lags = arrivedAt.map((at, n) => at - (saidAt[n] ?? at));

  head(`${COUNT} messages in ${OVER_MS / 1000} s to a Telegram group that takes ${PER_MINUTE} a minute`);
  say("from the first said to the last arrived", `${(took / 1000).toFixed(1)} s`);
  say("one by one they would take", `${number((COUNT - PER_MINUTE) / PER_MINUTE * 60)} s`);
  say("messages in the group, each of one or several texts", `${messages}`);
  say("how long a text took, of all", spread(lags));
  say("refused for coming too fast (429)", `${refused}`);
  say("lost", aim(new Set(order).size === COUNT, `0`));
  say("in order", aim(order.every((n, at) => n === at), "all, each once"));
  await plenum.stop();
}

if (import.meta.main) await main();
