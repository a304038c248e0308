/** The preload makes another process talk to the fake server. */
import assert from "node:assert/strict";
import { startWhatsApp } from "../fakes/whatsapp/mod.ts";

const PRELOAD = new URL("../fakes/whatsapp/preload.ts", import.meta.url);

const VISITOR = `
import { makeWASocket, initAuthCreds, WA_CERT_DETAILS } from "@whiskeysockets/baileys";
const logger = { level: "silent", child: () => logger, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
const keys = { get: () => ({}), set: () => {} };
const socket = makeWASocket({ auth: { creds: initAuthCreds(), keys }, logger, waWebSocketUrl: Deno.args[0] });
socket.ev.on("connection.update", async ({ qr }) => {
  if (qr === undefined) return;
  const file = await fetch("https://mmg.whatsapp.net/none");
  console.log(JSON.stringify({ qr, status: file.status, key: WA_CERT_DETAILS.PUBLIC_KEY.toString("hex") }));
  Deno.exit(0);
});
`;

Deno.test("the fake WhatsApp server is believed by a process that preloads its trust", async () => {
  await using server = startWhatsApp();
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config=deno.json",
      `--preload=${PRELOAD}`,
      `data:text/javascript,${encodeURIComponent(VISITOR)}`,
      server.url,
    ],
    cwd: new URL("../../", import.meta.url),
    env: { PLENUM_FAKE_WHATSAPP: JSON.stringify(server.trust) },
    stdin: "null",
    stderr: "inherit",
  });

  const { stdout } = await command.output();

  const said = JSON.parse(new TextDecoder().decode(stdout));
  assert.match(said.qr, /^https:\/\/wa\.me\/settings\/linked_devices#/);
  assert.deepEqual([said.status, said.key], [404, server.trust.rootKey]);
});
