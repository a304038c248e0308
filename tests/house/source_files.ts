/** The files of this repository that the house rules are about. */

/** One file: its path from the root of the repository, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["actors", "adapters", "routes", "static", "tests", ".ci"];
/** Not ours: what others wrote and we ship unchanged. */
const FOREIGN = /(^|\/)(node_modules|vendor|data)\//;
const TEXT =
  /\.(ts|tsx|js|json|css|md|html|svg|txt|yaml|yml|sh|env|example)$|(^|\/)(run|LICENSE|Dockerfile)$/;

/** Every text file of ours, in order of path. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(ROOT)) {
    if (entry.isFile && !entry.name.startsWith(".env") && TEXT.test(entry.name)) paths.push(entry.name);
    if (entry.isFile && entry.name === ".env.example") paths.push(entry.name);
  }
  for (const folder of FOLDERS) await collect(folder, paths);
  const kept = paths.filter((path) => TEXT.test(path) && !FOREIGN.test(path)).toSorted();
  return await Promise.all(
    kept.map(async (path) => ({ path, text: await Deno.readTextFile(new URL(path, ROOT)) })),
  );
}

/** Those of them that are TypeScript. */
export async function typescriptFiles(): Promise<SourceFile[]> {
  return (await sourceFiles()).filter(({ path }) => /\.tsx?$/.test(path));
}

/** Paths of everything in the root folder, folders with a slash. */
export async function rootNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(ROOT)) names.push(entry.isDirectory ? `${entry.name}/` : entry.name);
  return names.toSorted();
}

/** The text of one file of the repository. */
export async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

async function collect(folder: string, paths: string[]): Promise<void> {
  try {
    for await (const entry of Deno.readDir(new URL(`${folder}/`, ROOT))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await collect(path, paths);
      if (entry.isFile) paths.push(path);
    }
  } catch (error) {
    // A folder can go while the tests of others clean up after themselves.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
