import assert from "node:assert/strict";
import { Locale } from "../../../actors/model/mod.ts";
import { type RecordStore, RelayError } from "../../../actors/ports/mod.ts";
import { ACCOUNT_COLLECTIONS, createAuth } from "../../../routes/auth.ts";
import type { Auth } from "../../../routes/deps.ts";
import { memoryRecords } from "../../fakes/records.ts";
import { webHost } from "../../fakes/web_host.ts";

const DAY_MS = 24 * 3600 * 1000;
const ADA = {
  email: "ada@example.org",
  password: "correct horse battery",
  name: "Ada",
  locale: Locale.parse("de"),
};

interface Accounts {
  readonly auth: Auth;
  readonly records: RecordStore;
  readonly lines: ReturnType<typeof webHost>["lines"];
  pass(ms: number): void;
}

function accounts(wrap: (records: RecordStore) => RecordStore = (records) => records): Accounts {
  let skipped = 0;
  const { host, lines } = webHost({ now: () => Date.now() + skipped });
  const records = memoryRecords(ACCOUNT_COLLECTIONS);
  const settings = { publicUrl: "http://localhost:8000", operatorEmail: "Olga@Example.org" };
  const auth = createAuth({ records: wrap(records), host, settings });
  return { auth, records, lines, pass: (ms) => void (skipped += ms) };
}

async function dump(records: RecordStore): Promise<string> {
  const all = Object.keys(ACCOUNT_COLLECTIONS).map((name) => Array.fromAsync(records.all(name)));
  return JSON.stringify(await Promise.all(all));
}

Deno.test("accounts keep neither passwords nor tokens in the clear", async () => {
  const { auth, records } = accounts();

  const { token } = await auth.signUp(ADA);

  const stored = await dump(records);
  assert.ok(stored.includes(ADA.email));
  assert.ok(!stored.includes(ADA.password) && !stored.includes(token));
  assert.deepEqual((await auth.userOf(token))?.locale, "de");
});

Deno.test("the operator is who signed up with OPERATOR_EMAIL, however it is written", async () => {
  const { auth } = accounts();

  const { user } = await auth.signUp({ ...ADA, email: "OLGA@example.org" });

  assert.equal(user.operator, true);
});

Deno.test("a login of one person leaves their other sessions, and a logout ends only its own", async () => {
  const { auth } = accounts();
  const first = await auth.signUp(ADA);
  const second = await auth.login({ ...ADA, address: "1" });

  await auth.logout(second.token);

  assert.equal(await auth.userOf(second.token), null);
  assert.equal((await auth.userOf(first.token))?.id, first.user.id);
});

Deno.test("tokens that were made up, changed or hashed open nothing", async () => {
  const { auth, records } = accounts();
  const { token } = await auth.signUp(ADA);
  const [session] = await Array.fromAsync(records.all("auth-session"));

  for (const made of ["", "x", `${token}x`, `${token}.x`, String(session?.token)]) {
    assert.equal(await auth.userOf(made), null);
  }
});

Deno.test("logins are counted by address and e-mail address", async () => {
  const { auth, pass } = accounts();
  await auth.signUp(ADA);
  const login = (address: string): Promise<unknown> => auth.login({ ...ADA, address });
  const wrong = (address: string): Promise<unknown> =>
    auth.login({ ...ADA, password: "not this one", address });
  for (let tries = 0; tries < 10; tries++) await assert.rejects(wrong("1"), { status: 401 });

  await assert.rejects(login("1"), { status: 429 });
  await login("2");
  pass(60_000);
  await login("1");
});

Deno.test("sessions that are over are removed at the next login", async () => {
  const { auth, records, pass } = accounts();
  await auth.signUp(ADA);
  const [old] = await Array.fromAsync(records.all("auth-session"));
  pass(31 * DAY_MS);

  await auth.login({ ...ADA, address: "1" });

  assert.equal(await records.get("auth-session", old?.id ?? ""), null);
});

Deno.test("a store that refuses is not taken for a wrong password or a used e-mail address", async () => {
  let full = false;
  const { auth, lines } = accounts((records) => ({
    ...records,
    insert: (collection, record) =>
      full
        ? Promise.reject(new RelayError("unavailable", "Cannot store as the disk is full"))
        : records.insert(collection, record),
  }));
  full = true;

  await assert.rejects(auth.signUp(ADA), { code: "unavailable" });

  full = false;
  await auth.signUp(ADA);
  assert.ok(!JSON.stringify(lines).includes(ADA.email));
});

Deno.test("an e-mail address is free again a minute after its sign-up broke half-way", async () => {
  let broken = true;
  const { auth, pass } = accounts((records) => ({
    ...records,
    insert: (collection, record) =>
      broken && collection === "auth-account"
        ? Promise.reject(new RelayError("unavailable", "Cannot store as the disk is full"))
        : records.insert(collection, record),
  }));
  await assert.rejects(auth.signUp(ADA), { code: "unavailable" });
  broken = false;

  await assert.rejects(auth.signUp(ADA), { code: "email-taken" });
  pass(61_000);
  await auth.signUp(ADA);

  await auth.login({ ...ADA, address: "1" });
});
