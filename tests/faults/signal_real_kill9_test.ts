/**
 * What a peer on Signal wrote arrives on the other bridges once and in order, whoever is killed meanwhile: Plenum, the
 * real signal-cli that it runs, or both. signal-cli forgets the key of a message some milliseconds before it hands it
 * out: of a message that is in between when it is killed, and of no other, only that it is missing can be told.
 */
import assert from "node:assert/strict";
import { joinByPhone, type Phone, until } from "../fakes/people.ts";
import { openStage, realSignalTest, type Stage } from "../e2e/signal_real_opened.ts";

/** Messages of one stream, and how often somebody is killed in it. */
const MESSAGES = 60;
const KILLS = 3;

interface Scene {
  readonly stage: Stage;
  readonly tom: Phone;
  say(text: string): Promise<void>;
}

/** A group on Signal and WhatsApp, which knows a repeated message for the same: Alice writes, Tom reads. */
async function open(stage: Stage): Promise<Scene> {
  const { bed, operator, url } = stage;
  const { id } = await operator.createGroup("Stream", ["signal", "whatsapp"]);
  const { inviteUrl } = await operator.bridge(id, "signal", "ready");
  const whatsapp = await operator.bridge(id, "whatsapp", "ready");
  const alice = await bed.person("Alice");
  const chat = await bed.join(alice, inviteUrl ?? "");
  const tom = await joinByPhone(url, { messenger: "whatsapp", name: "Tom", inviteUrl: whatsapp.inviteUrl });
  return { stage, tom, say: async (text) => void await bed.say(alice, chat, text) };
}

/** Alice writes all of it while `kill` happens again and again; then everything has to be there. */
async function stream(scene: Scene, name: string, kill: () => Promise<void>): Promise<string[]> {
  const wanted = Array.from({ length: MESSAGES }, (_, index) => `${name} ${index};`);
  const said = (async () => {
    for (const text of wanted) await scene.say(text);
  })();
  for (let kills = 0; kills < KILLS; kills += 1) {
    await until(
      "a few more have come",
      () => arrived(scene.tom, name).then((got) => got.length > kills * 8),
      60_000,
    );
    await kill();
  }
  await said;
  await until(
    "the last has come",
    async () => (await arrived(scene.tom, name)).includes(wanted.at(-1) ?? ""),
    60_000,
  );
  const got = await arrived(scene.tom, name);
  const missing = wanted.filter((text) => !got.includes(text));
  assert.deepEqual(got, wanted.filter((text) => !missing.includes(text)), "order, and each once");
  return missing;
}

async function arrived(tom: Phone, name: string): Promise<string[]> {
  const pattern = new RegExp(`${name} \\d+;`);
  return (await tom.view()).flatMap(({ text }) => pattern.exec(text)?.[0] ?? []);
}

/** How often Tom was told that a message is missing. */
async function told({ tom }: Scene): Promise<number> {
  return (await tom.view()).filter(({ text }) => /could not be read|may be missing/.test(text)).length;
}

/** At most the one message that signal-cli had in hand at each kill, and nothing is lost in silence. */
async function onlyTold(scene: Scene, missing: readonly string[], before: number): Promise<void> {
  assert.ok(missing.length <= KILLS, `${missing.length} are missing after ${KILLS} kills`);
  const words = (): Promise<string> =>
    told(scene).then((now) => `${now - before} told, ${missing.length} missing`);
  await until("what is missing was told", async () => await told(scene) - before === missing.length)
    .catch(async () => assert.fail(await words()));
}

realSignalTest("a stream of messages survives kill -9 of Plenum, of signal-cli, and of both", async () => {
  await using stage = await openStage();
  const scene = await open(stage);
  const plenum = async (): Promise<void> => {
    await stage.plenum.kill();
    await stage.start();
  };
  const lost = await stream(scene, "plenum", plenum);
  assert.deepEqual(lost, []);
  const daemon = await stream(scene, "daemon", () => stage.killSignalCli());
  await onlyTold(scene, daemon, 0);
  const both = await stream(scene, "both", async () => {
    await stage.plenum.kill();
    await stage.killSignalCli();
    await stage.start();
  });
  await onlyTold(scene, both, daemon.length);
});
