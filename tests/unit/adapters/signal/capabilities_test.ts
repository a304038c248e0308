import assert from "node:assert/strict";
import { Capabilities } from "../../../../actors/model/mod.ts";
import { SIGNAL, SIGNAL_UNPACED, signalTable } from "../../../../adapters/signal/capabilities.ts";

Deno.test("a table of Signal says which signal-cli it is for, and is the same otherwise", () => {
  const [old, current] = ["0.13.19", "0.14.6"].map((version) => signalTable(version));

  assert.deepEqual([old?.version, current?.version], ["signal-1+0.13.19", "signal-1+0.14.6"]);
  assert.deepEqual({ ...old, version: "" }, { ...current, version: "" });
  assert.deepEqual({ ...current, version: SIGNAL.version }, SIGNAL);
});

Deno.test("a table of Signal without pace is the same in all else", () => {
  const table = signalTable("0.14.6", SIGNAL_UNPACED);

  assert.deepEqual(table, { ...signalTable("0.14.6"), pace: { chat: null, account: null } });
});

Deno.test("Signal's tables are such as the core takes them", () => {
  for (const table of [SIGNAL, SIGNAL_UNPACED, signalTable("0.14.6")]) {
    assert.deepEqual(Capabilities.parse(table), table);
  }
});
