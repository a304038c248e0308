/** Figures as the benches print them. */
// deno-lint-ignore-file no-console -- benches print

/** One line of a table. */
export function say(what: string, figure: string): void {
  console.log(`  ${what.padEnd(58)} ${figure}`);
}

export function head(what: string): void {
  console.log(`\n${what}`);
}

/** A rate, rounded. */
export function perSecond(count: number, ms: number): number {
  return Math.round(count / ms * 1000);
}

export function number(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Whether an aim of the issue is met, in words. */
export function aim(met: boolean, what: string): string {
  return `${met ? "met" : "MISSED"} (aim: ${what})`;
}

/** The value below which `share` of the (unsorted) values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** p50 and p99 in ms. */
export function spread(values: readonly number[]): string {
  return `p50 ${percentile(values, 0.5).toFixed(2)} ms, p99 ${percentile(values, 0.99).toFixed(2)} ms`;
}
