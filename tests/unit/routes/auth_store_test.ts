import assert from "node:assert/strict";
import { recordAdapter } from "../../../routes/auth_store.ts";
import { memoryRecords } from "../../fakes/records.ts";

const SPEC = { "auth-verification": { indexed: ["identifier"], unique: [] } };

type Adapter = ReturnType<ReturnType<typeof recordAdapter>>;

async function filled(): Promise<Adapter> {
  const adapter = recordAdapter({ records: memoryRecords(SPEC), hashToken: (token) => token })({});
  for (const [identifier, value] of [["a", "Red"], ["a", "blue"], ["b", "Green"]] as const) {
    const expiresAt = new Date(Date.UTC(2026, 0, value.length));
    const now = new Date(0);
    await adapter.create({
      model: "verification",
      data: { identifier, value, expiresAt, createdAt: now, updatedAt: now },
    });
  }
  return adapter;
}

type Where = NonNullable<Parameters<Adapter["findMany"]>[0]["where"]>;

async function valuesOf(adapter: Adapter, where: Where): Promise<string[]> {
  const found = await adapter.findMany<{ value: string }>({
    model: "verification",
    where,
    sortBy: { field: "value", direction: "asc" },
  });
  return found.map(({ value }) => value);
}

Deno.test("the accounts' database finds by equality, by an index or without one", async () => {
  const adapter = await filled();

  assert.deepEqual(await valuesOf(adapter, [{ field: "identifier", value: "a" }]), ["Red", "blue"]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", value: "Green" }]), ["Green"]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", value: "green", mode: "insensitive" }]), [
    "Green",
  ]);
  assert.deepEqual(await valuesOf(adapter, []), ["Green", "Red", "blue"]);
});

Deno.test("the accounts' database compares by every operator of the library", async () => {
  const adapter = await filled();
  const fourth = new Date(Date.UTC(2026, 0, 4));

  assert.deepEqual(await valuesOf(adapter, [{ field: "expiresAt", operator: "lt", value: fourth }]), ["Red"]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "expiresAt", operator: "lte", value: fourth }]), [
    "Red",
    "blue",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "expiresAt", operator: "gt", value: fourth }]), [
    "Green",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "expiresAt", operator: "gte", value: fourth }]), [
    "Green",
    "blue",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "ne", value: "Red" }]), [
    "Green",
    "blue",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "in", value: ["Red"] }]), ["Red"]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "not_in", value: ["Red"] }]), [
    "Green",
    "blue",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "contains", value: "re" }]), [
    "Green",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "starts_with", value: "R" }]), [
    "Red",
  ]);
  assert.deepEqual(await valuesOf(adapter, [{ field: "value", operator: "ends_with", value: "e" }]), [
    "blue",
  ]);
});

Deno.test("the accounts' database joins conditions with AND and OR", async () => {
  const adapter = await filled();

  const both: Where = [{ field: "identifier", value: "a" }, { field: "value", value: "blue" }];
  const either: Where = both.map((one) => ({ ...one, connector: "OR" }));

  assert.deepEqual(await valuesOf(adapter, both), ["blue"]);
  assert.deepEqual(await valuesOf(adapter, either), ["Red", "blue"]);
});

Deno.test("the accounts' database updates, counts and deletes what it finds", async () => {
  const adapter = await filled();
  const where: Where = [{ field: "identifier", value: "a" }];

  assert.equal(await adapter.count({ model: "verification", where }), 2);
  await adapter.updateMany({ model: "verification", where, update: { identifier: "c" } });
  assert.equal(await adapter.count({ model: "verification", where }), 0);
  const left = await adapter.deleteMany({
    model: "verification",
    where: [{ field: "identifier", value: "c" }],
  });

  assert.equal(left, 2);
  assert.deepEqual(await valuesOf(adapter, []), ["Green"]);
});
