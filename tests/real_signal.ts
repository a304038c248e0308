/**
 * What the tests with the real signal-cli need of a machine: a JDK (`javac` too) and the folder that runs signal-cli
 * against a server made for tests. Run by itself it says what is missing and ends with 1, or says nothing.
 */

/** How the name of every test begins that needs them. */
export const REAL_SIGNAL = "real signal:";

/** The oldest Java that it runs on. */
const JAVA_MIN = 21;
const BED = new URL("../../shared/signal-testbed/", import.meta.url);
const JVMS = "/usr/lib/jvm";

/** Where they are. */
export interface RealSignal {
  readonly javaHome: string | null;
  readonly bed: string | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Looks for both on this machine. */
export function realSignal(env: Env = Deno.env.toObject()): RealSignal {
  const bed = env["SIGNAL_TESTBED"] || BED.pathname.replace(/\/$/, "");
  return {
    javaHome: javaHomes(env, JVMS).find((home) => majorOf(javacVersion(home)) >= JAVA_MIN) ?? null,
    bed: isFile(`${bed}/testbed.mjs`) ? bed : null,
  };
}

/** What is missing, in words; null: nothing. */
export function missingOf({ javaHome, bed }: RealSignal): string | null {
  const missing = [
    ...(javaHome === null ? ["JDK of version 21 or newer (JAVA_HOME)"] : []),
    ...(bed === null ? ["test bed (SIGNAL_TESTBED)"] : []),
  ];
  return missing.length === 0
    ? null
    : `Signal is NOT TESTED with the real signal-cli: no ${missing.join(", no ")}`;
}

/** Where a JDK can be, best first. `jvms` is where packages put them. */
export function javaHomes(env: Env, jvms: string): string[] {
  const named = env["JAVA_HOME"] ? [env["JAVA_HOME"]] : [];
  const onPath = (env["PATH"] ?? "").split(":").filter((folder) => folder !== "")
    .map((folder) => `${folder}/javac`).filter(isFile).map((javac) =>
      parentOf(parentOf(Deno.realPathSync(javac)))
    );
  const installed = names(jvms).toSorted().map((name) => `${jvms}/${name}`);
  return [...new Set([...named, ...onPath, ...installed])].filter((home) =>
    isFile(`${home}/bin/java`) && isFile(`${home}/bin/javac`)
  );
}

/** The version in what `javac -version` says, as in `javac 25.0.1`; 0 where there is none. */
export function majorOf(said: string): number {
  return Number(/^javac (\d+)/m.exec(said)?.[1] ?? 0);
}

function javacVersion(home: string): string {
  try {
    const { stdout } = new Deno.Command(`${home}/bin/javac`, { args: ["-version"], stderr: "null" })
      .outputSync();
    return new TextDecoder().decode(stdout);
  } catch {
    // Not for this machine.
    return "";
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const missing = missingOf(realSignal());
  if (missing !== null) Deno.stdout.writeSync(new TextEncoder().encode(`${missing}\n`));
  Deno.exit(missing === null ? 0 : 1);
}
