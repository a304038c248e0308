/**
 * `deno task bench whatsapp`: 500 group messages in and 500 out through real Baileys, against the fake server in
 * another process: messages a second, CPU a message, and what a linked account holds in memory.
 */
import { startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { head, number, perSecond, say } from "./figures.ts";

const COUNT = 500;

/** What the other process tells, a line each. */
export interface Told {
  readonly step: "qr" | "invite" | "in" | "out";
  readonly text?: string;
  readonly ms?: number;
  readonly cpuMs?: number;
  readonly rssMb?: number;
  readonly beforeMb?: number;
}

async function* told(stream: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) yield JSON.parse(line);
  }
}

async function main(): Promise<void> {
  await using server = startWhatsApp();
  const own = server.ownPhone();
  const people = ["Alice", "Ben", "Cem"].map((name) => server.phone({ name }));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      `--preload=${new URL("../fakes/whatsapp/preload.ts", import.meta.url)}`,
      new URL("whatsapp_account.ts", import.meta.url).pathname,
      server.url,
      String(COUNT),
    ],
    env: { PLENUM_FAKE_WHATSAPP: JSON.stringify(server.trust) },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const figure = (what: string, { ms = 0, cpuMs = 0 }: Told): void =>
    say(
      `${COUNT} messages ${what}`,
      `${number(perSecond(COUNT, ms))} msg/s, ${(cpuMs / COUNT).toFixed(2)} ms of CPU each`,
    );
  let scanned = false;
  head("WhatsApp: one account, one group of three people and our own phone");
  for await (const line of told(child.stdout)) {
    if (line.step === "qr" && !scanned) {
      scanned = true;
      void own.scan(line.text ?? "");
    } else if (line.step === "invite") {
      const chats = people.map((person) => person.join(line.text ?? ""));
      for (let n = 0; n < COUNT; n++) await people[n % people.length]?.send(chats[0] ?? "", `message ${n}`);
    } else if (line.step === "in") {
      figure("in, each durable before it is confirmed", line);
    } else if (line.step === "out") {
      figure("out, one after the other, each with its answer", line);
      const { rssMb = 0, beforeMb = 0 } = line;
      say(
        "RSS of the process with one linked account",
        `${number(rssMb)} MB, ${number(rssMb - beforeMb)} of it since before Baileys`,
      );
    }
  }
  await child.status;
}

if (import.meta.main) {
  await main();
  // Baileys in the phones leaves timers behind.
  Deno.exit(0);
}
