/** The REST contract: accounts of people, and what only operators may. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type GivenServer, OPERATOR_EMAIL, PASSWORD, type RestClient } from "./rest_client.ts";

/** Registers the cases. */
export function accountCases(given: GivenServer): void {
  signUpCases(given);
  refusedSignUpCases(given);
  loginCases(given);
  operatorCases(given);
}

function signUpWith(more: Readonly<Record<string, unknown>>): Parameters<RestClient["call"]> {
  return ["POST", "/api/signup", {
    body: { email: "ada@example.org", password: PASSWORD, name: "Ada", ...more },
  }];
}

function signUpCases(given: GivenServer): void {
  given("sign-up answers a token that says who I am", async (client) => {
    const answer = await client.expect(201, ...signUpWith({ locale: "de" }));
    const { token, accountId } = z.object({ token: z.string(), accountId: z.string() }).parse(answer.body);

    const me = await client.expect(200, "GET", "/api/me", { token });

    assert.deepEqual(me.body, {
      accountId,
      email: "ada@example.org",
      name: "Ada",
      locale: "de",
      operator: false,
    });
  });

  given("sign-up refuses an e-mail address that has an account, however it is written", async (client) => {
    await client.signUp();

    await client.refuse([409, "email-taken"], ...signUpWith({}));
    await client.refuse([409, "email-taken"], ...signUpWith({ email: " ADA@Example.org " }));
  });

  given("sign-up gives an e-mail address to one of two who ask at once", async (client) => {
    const answers = await Promise.all([client.call(...signUpWith({})), client.call(...signUpWith({}))]);

    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
  });
}

function refusedSignUpCases(given: GivenServer): void {
  given("sign-up refuses weak passwords and names the rule", async (client) => {
    const refused = (password: string): Promise<string> =>
      client.refuse([400, "weak-password"], ...signUpWith({ password }));

    assert.match(await refused("short"), /at least 10 characters/);
    assert.match(await refused("Password123"), /most common/);
    assert.match(await refused("aaaaaaaaaaaa"), /different characters/);
    assert.match(await refused("ada@example.org"), /e-mail/);
  });

  given("sign-up refuses what is no e-mail address", async (client) => {
    for (const email of ["", "ada", "ada@", "@example.org", "a b@example.org"]) {
      await client.refuse([400, "invalid-email"], ...signUpWith({ email }));
    }
  });

  given("sign-up names every field that is missing or of the wrong kind", async (client) => {
    const answer = await client.expect(400, "POST", "/api/signup", { body: { email: 7, name: "Ada" } });

    const { errors, code } = z.object({
      code: z.string(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })),
    }).parse(answer.body);
    assert.equal(code, "invalid");
    assert.deepEqual(errors.map(({ path }) => path).sort(), ["email", "password"]);
  });

  given("answers never repeat a password", async (client) => {
    const password = "zq-secret";
    const detail = await client.refuse([400, "weak-password"], ...signUpWith({ password }));

    assert.doesNotMatch(detail, /zq-secret/);
  });
}

function loginCases(given: GivenServer): void {
  given("login answers a new token, whatever the case of the e-mail address", async (client) => {
    const first = await client.signUp();

    const body = { email: "Ada@Example.org", password: PASSWORD };
    const answer = await client.expect(200, "POST", "/api/login", { body });

    const { token } = z.object({ token: z.string() }).parse(answer.body);
    assert.notEqual(token, first);
    await client.expect(200, "GET", "/api/me", { token });
  });

  given("login says the same of a wrong password and of an unknown e-mail address", async (client) => {
    await client.signUp();
    const refused = (email: string): Promise<string> =>
      client.refuse([401, "unauthorized"], "POST", "/api/login", {
        body: { email, password: "not this one" },
      });

    assert.equal(await refused("ada@example.org"), await refused("nobody@example.org"));
  });

  given("login waits after ten tries in a minute", async (client) => {
    const body = { email: "ada@example.org", password: "not this one" };
    for (let tries = 0; tries < 10; tries++) await client.expect(401, "POST", "/api/login", { body });

    const answer = await client.expect(429, "POST", "/api/login", { body });

    const seconds = Number(answer.headers.get("retry-after"));
    assert.ok(seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`);
  });

  given("logout ends the token", async (client) => {
    const token = await client.signUp();

    await client.expect(204, "POST", "/api/logout", { token });

    await client.refuse([401, "unauthorized"], "GET", "/api/me", { token });
  });

  given("calls without a valid token are answered 401", async (client) => {
    for (
      const path of ["/api/me", "/api/groups", "/api/accounts", `/api/groups/g_${"A".repeat(22)}/messages`]
    ) {
      await client.refuse([401, "unauthorized"], "GET", path);
      await client.refuse([401, "unauthorized"], "GET", path, { token: "made-up" });
      await client.refuse([401, "unauthorized"], "GET", path, { token: "made.up" });
    }
    const answer = await client.call("GET", "/api/me");
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
  });
}

function operatorCases(given: GivenServer): void {
  given("service accounts are shown to the operator only", async (client) => {
    const ada = await client.signUp();
    const operator = await client.signUp("Olga", OPERATOR_EMAIL);

    await client.refuse([403, "forbidden"], "GET", "/api/accounts", { token: ada });
    const answer = await client.expect(200, "GET", "/api/accounts", { token: operator });

    const Accounts = z.object({
      accounts: z.array(
        z.object({ id: z.string(), messenger: z.string(), health: z.object({ status: z.string() }) }),
      ),
    });
    Accounts.parse(answer.body);
    await client.expect(200, "GET", "/api/dead-letters", { token: operator });
  });

  given("service accounts come from the environment, and calls to change them say so", async (client) => {
    const token = await client.signUp("Olga", OPERATOR_EMAIL);

    const body = { messenger: "telegram" };
    await client.refuse([409, "configured-by-environment"], "POST", "/api/accounts", { token, body });
    await client.refuse([400, "invalid"], "POST", "/api/accounts", { token, body: {} });
    await client.refuse([404, "not-found"], "GET", "/api/accounts/none/link", { token });
    await client.refuse([404, "not-found"], "DELETE", "/api/accounts/none", { token });
  });
}
