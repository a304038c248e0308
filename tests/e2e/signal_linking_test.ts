/** Linking a Signal account: to a phone by QR code, or as a number of its own. */
import assert from "node:assert/strict";
import { isDeliveryFailure } from "../../actors/ports/mod.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeSignal, type SignalOptions, startSignal } from "../fakes/signal/mod.ts";
import { openAdapter, openLife } from "./signal_opened.ts";

/** An operator before the page: what is shown, and what they give. */
class Operator {
  readonly shown: string[] = [];
  readonly asked: string[] = [];
  readonly #answers: Readonly<Record<string, readonly string[]>>;
  readonly #given = new Map<string, number>();
  readonly #onQr: (uri: string) => void;

  constructor(
    answers: Readonly<Record<string, readonly string[]>>,
    onQr: (uri: string) => void = () => undefined,
  ) {
    this.#answers = answers;
    this.#onQr = onQr;
  }

  show(kind: string, data: string): void {
    this.shown.push(`${kind} ${data}`);
    if (kind === "qr") this.#onQr(data);
  }

  ask(field: string): Promise<string> {
    this.asked.push(field);
    const count = this.#given.get(field) ?? 0;
    this.#given.set(field, count + 1);
    const answer = this.#answers[field]?.[count];
    return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer);
  }
}

function linkTest(
  name: string,
  options: SignalOptions,
  run: (server: FakeSignal, host: ContractHost) => Promise<void>,
): void {
  Deno.test(name, async () => {
    await using server = startSignal(options);
    await run(server, new ContractHost());
  });
}

/** Links, and answers how that ended. */
async function link(
  server: FakeSignal,
  host: ContractHost,
  operator: Operator,
  signal?: AbortSignal,
): Promise<unknown> {
  await using adapter = openAdapter(server, host);
  const io = {
    show: (kind: "qr" | "code" | "text", data: string) => operator.show(kind, data),
    ask: (field: string) => operator.ask(field),
  };
  return await adapter.link(io, { signal: signal ?? new AbortController().signal }).then(
    () => null,
    (error) => error,
  );
}

linkTest("a phone scans the code, and the account runs under its own name", {}, async (server, host) => {
  const own = server.account("Ada", false);
  const operator = new Operator({}, (uri) =>
    server.until(() =>
      server.calls.some(({ params }) => {
        return params["deviceLinkUri"] === uri;
      }), "signal-cli to wait").then(() => server.scan(uri, own)));
  assert.equal(await link(server, host, operator), null);
  assert.match(operator.shown[0] ?? "", /^qr sgnl:\/\/linkdevice/);
  assert.ok(
    !server.calls.some(({ method }) => method === "updateProfile"),
    "the phone's profile stays as it is",
  );
  await using life = openLife(server, host);
  await life.connected();
});

linkTest("a code that nobody scanned in time is followed by another", {}, async (server, host) => {
  const own = server.account("Ada", false);
  server.faults.next("finishLink", { error: { code: -1, message: "Link request timed out" } });
  let codes = 0;
  const operator = new Operator({}, (uri) => {
    codes += 1;
    if (codes < 2) return;
    void server.until(
      () => server.calls.filter(({ method }) => method === "finishLink").length === 2,
      "the second",
    )
      .then(() => server.scan(uri, own));
  });
  assert.equal(await link(server, host, operator), null);
  assert.equal(operator.shown.length, 2);
});

linkTest("a number is registered with captcha, code and PIN, and has a name and a picture", {
  captcha: "signalcaptcha://right",
  pin: "4711",
}, async (server, host) => {
  const operator = new Operator({
    register: ["+14155550777"],
    captcha: ["signalcaptcha://wrong", "signalcaptcha://right"],
    code: ["000-000", "123-456"],
    pin: ["4711"],
  });
  assert.equal(await link(server, host, operator), null);
  assert.deepEqual(operator.asked, ["register", "captcha", "captcha", "code", "code", "pin"]);
  assert.ok(
    operator.shown.some((shown) => shown.includes("https://signalcaptchas.org/registration/generate.html")),
  );
  const profile = server.calls.find(({ method }) => method === "updateProfile");
  assert.equal(profile?.params["givenName"], "Plenum");
  assert.match(String(profile?.params["avatar"]), /^data:image\/jpeg;base64,/);
  await using life = openLife(server, host);
  await life.connected();
});

linkTest("a refusal is told without the number", {}, async (server, host) => {
  server.faults.next("register", { error: { code: -1, message: "Invalid phone number +14155550777" } });
  const error = await link(server, host, new Operator({ register: ["+14155550777"] }));
  assert.ok(isDeliveryFailure(error) && !error.message.includes("+1415"));
});

linkTest("a linking that is given up ends", {}, async (server, host) => {
  const abort = new AbortController();
  const operator = new Operator({}, () => abort.abort());
  const error = await link(server, host, operator, abort.signal);
  assert.ok(isDeliveryFailure(error) && error.kind === "retry-later");
  assert.equal(host.session.values.size, 0);
});

linkTest("a signal-cli that is not there is told of", {}, async (server, host) => {
  await server.down();
  const error = await link(server, host, new Operator({}));
  assert.ok(isDeliveryFailure(error) && error.kind === "retry-later");
});
