/** Measurements: the `Metrics` port over prom-client, and `/metrics` for Prometheus. */
import { Hono } from "hono";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "../actors/ports/mod.ts";
import { isLocal } from "./address.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { notFound } from "./problem.ts";

type Labels = Readonly<Record<string, string>>;

/** From a fifth of a millisecond (a commit) to a minute (flood control). */
const BUCKETS_S = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

/** Measurements of this process, its own included. Metrics and their labels need not be declared before. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = family(
    registry,
    (name, labelNames) => new Counter({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  const gauge = family(
    registry,
    (name, labelNames) => new Gauge({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  const histogram = family(
    registry,
    (name, labelNames) =>
      new Histogram({ name, help: helpOf(name), labelNames, registers: [registry], buckets: BUCKETS_S }),
  );
  return {
    count: (name, labels = {}, by = 1) => counter(name, labels).inc(labels, by),
    gauge: (name, value, labels = {}) => gauge(name, labels).set(labels, value),
    observe: (name, seconds, labels = {}) => histogram(name, labels).observe(labels, seconds),
    render: () => registry.metrics(),
  };
}

/**
 * Metrics of one type by name. prom-client wants every label of a metric named when it is made: one that comes with
 * a new label is made again with all of them and begins at zero, which Prometheus reads as a restart.
 */
function family<M>(
  registry: Registry,
  make: (name: string, labelNames: string[]) => M,
): (name: string, labels: Labels) => M {
  const made = new Map<string, { readonly metric: M; readonly labels: ReadonlySet<string> }>();
  return (name, labels) => {
    const known = made.get(name);
    const names = Object.keys(labels);
    if (known !== undefined && names.every((label) => known.labels.has(label))) return known.metric;
    const all = new Set([...known?.labels ?? [], ...names]);
    registry.removeSingleMetric(name);
    const metric = make(name, [...all]);
    made.set(name, { metric, labels: all });
    return metric;
  };
}

function helpOf(name: string): string {
  return name.replaceAll("_", " ");
}

/** `/metrics`: for programs on this machine and the operator; for others it is not there. */
export function metricsRoutes({ host }: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/metrics", async (c) => {
    if (!isLocal(c) && c.var.user?.operator !== true) throw notFound("page");
    const headers = { "content-type": Registry.PROMETHEUS_CONTENT_TYPE, "cache-control": "no-store" };
    return c.body(await host.metrics.render(), 200, headers);
  });
  return app;
}
