import assert from "node:assert/strict";
import { createMetrics } from "../../../routes/metrics.ts";

Deno.test("metrics are counted, set and observed without being declared before", async () => {
  const metrics = createMetrics();

  metrics.count("plenum_accepted_total", { messenger: "signal" });
  metrics.count("plenum_accepted_total", { messenger: "signal" }, 2);
  metrics.gauge("plenum_queue_bytes", 7);
  metrics.observe("plenum_commit_seconds", 0.003);

  const text = await metrics.render();
  assert.match(text, /^plenum_accepted_total\{messenger="signal"\} 3$/m);
  assert.match(text, /^plenum_queue_bytes 7$/m);
  assert.match(text, /^plenum_commit_seconds_bucket\{le="0.005"\} 1$/m);
  assert.match(text, /^process_resident_memory_bytes /m);
});

Deno.test("a metric takes labels that it did not have before", async () => {
  const metrics = createMetrics();

  metrics.count("plenum_failed_total", { messenger: "signal" });
  metrics.count("plenum_failed_total", { messenger: "signal", reason: "too-old" });
  metrics.count("plenum_failed_total", { reason: "too-old" });

  const text = await metrics.render();
  assert.match(text, /^plenum_failed_total\{messenger="signal",reason="too-old"\} 1$/m);
  assert.equal(text.match(/^# TYPE plenum_failed_total counter$/gm)?.length, 1);
});
