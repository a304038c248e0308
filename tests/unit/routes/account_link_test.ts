/** What operators may answer a linking by REST, and what becomes of it. */
import assert from "node:assert/strict";
import { serveWeb, webApp } from "../../fakes/web_app.ts";
import { OPERATOR_EMAIL, RestClient } from "../../contract/rest_client.ts";

interface Answering {
  readonly token: string;
  readonly client: RestClient;
  /** What reached the relay. */
  readonly given: (readonly [string, string, string])[];
  readonly logged: () => string;
}

/** A server whose relay takes every answer. */
async function answering(run: (world: Answering) => Promise<void>): Promise<void> {
  const web = webApp();
  const given: [string, string, string][] = [];
  web.relay.ask.answerLink = (...answer) => void given.push(answer);
  const server = serveWeb(web);
  try {
    const client = new RestClient(server.url);
    const token = await client.signUp("Olga", OPERATOR_EMAIL);
    await run({ client, token, given, logged: () => JSON.stringify(web.lines) });
  } finally {
    await server.stop();
  }
}

const PATH = "/api/accounts/signal/link";

const TAKEN: readonly (readonly [string, string, string])[] = [
  ["number", "+4917012300456", "+4917012300456"],
  ["register", " +4917012300456 ", "+4917012300456"],
  [
    "captcha",
    "signalcaptcha://signal-hcaptcha.a-b.registration.P1_eyJ",
    "signalcaptcha://signal-hcaptcha.a-b.registration.P1_eyJ",
  ],
  ["captcha", "signal-hcaptcha.a-b.registration.P1_eyJ", "signal-hcaptcha.a-b.registration.P1_eyJ"],
  ["captcha", "x".repeat(8000), "x".repeat(8000)],
  ["code", "123-456", "123-456"],
  ["code", "123456", "123456"],
  ["pin", "correct horse", "correct horse"],
];

Deno.test("an answer reaches the linking that asks, by its field", () =>
  answering(async ({ client, token, given }) => {
    for (const [field, value] of TAKEN) {
      await client.expect(204, "POST", PATH, { token, body: { [field]: value } });
    }

    assert.deepEqual(given, TAKEN.map(([field, , value]) => ["signal", field, value]));
  }));

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ["nothing", {}, ""],
  ["two answers", { number: "+4917012300456", code: "123456" }, ""],
  ["a field that nobody asks for", { password: "hunter2hunter2" }, ""],
  ["an answer beside something else", { code: "123456", more: true }, ""],
  ["a number without its country", { number: "017012300456" }, "number"],
  ["a new number without its country", { register: "017012300456" }, "register"],
  ["a captcha in two pieces", { captcha: "signalcaptcha://hunter2 hunter2" }, "captcha"],
  ["a captcha without an end", { captcha: "x".repeat(8001) }, "captcha"],
  ["nothing but how a captcha begins", { captcha: "signalcaptcha://" }, "captcha"],
  ["a code that is too short", { code: "12345" }, "code"],
  ["a code of letters", { code: "abcdef" }, "code"],
  ["a PIN that is too short", { pin: "123" }, "pin"],
  ["a number that is a number", { number: 4917012300456 }, "number"],
];

Deno.test("an answer that cannot be right is refused by its field, reaches nobody and is not repeated", () =>
  answering(async ({ client, token, given, logged }) => {
    const told: string[] = [];
    for (const [what, body, field] of REFUSED) {
      const answer = await client.expect(400, "POST", PATH, { token, body });
      const { code, errors } = answer.body as { code: string; errors: { path: string }[] };
      assert.deepEqual([code, [...new Set(errors.map(({ path }) => path))]], ["invalid", [field]], what);
      told.push(JSON.stringify(answer.body));
    }

    assert.deepEqual(given, []);
    assert.doesNotMatch(told.join() + logged(), /hunter2|17012300456|abcdef|xxx/);
  }));

Deno.test("what is given to a linking is never logged", () =>
  answering(async ({ client, token, logged }) => {
    for (const [field, value] of TAKEN) {
      await client.expect(204, "POST", PATH, { token, body: { [field]: value } });
    }

    assert.doesNotMatch(logged(), /17012300456|hcaptcha|123-?456|correct horse|xxx/);
  }));

Deno.test("only operators answer a linking", () =>
  answering(async ({ client, given }) => {
    const token = await client.signUp("Ada", "ada@example.org");

    await client.refuse([403, "forbidden"], "POST", PATH, { token, body: { code: "123456" } });
    await client.refuse([401, "unauthorized"], "POST", PATH, { body: { code: "123456" } });
    assert.deepEqual(given, []);
  }));
