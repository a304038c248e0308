/** Who may import whom (design.md, section 2). */

/** One import of one file: `to` is a path of this repository, or a bare name. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** Gone after compiling: it can make no circle at run time. */
  readonly typeOnly?: boolean;
}

interface Room {
  /** Which files the row is about. */
  readonly files: RegExp;
  /** What they may import of this repository, beside their own room. */
  readonly own: RegExp;
  /** What they may import from outside. */
  readonly outside: RegExp;
}

const ZOD = /^zod$/;
const MODEL = "actors/model/";
const PORTS = "actors/ports/";
const STORE = `${MODEL}|${PORTS}|actors/render/`;
const SYSTEM = `${STORE}|actors/store/`;
const ACTOR = `${SYSTEM}|actors/system/`;
const LANE = "actors/bridge(/|\.ts$)";
const GROUP = "actors/group(/|\.ts$)";
const SHARED = `${MODEL}|${PORTS}|adapters/shared/`;

/** First match counts. Nothing outside of `tests/` may import from it. */
const ROOMS: readonly Room[] = [
  { files: /^actors\/model\//, own: /^$/, outside: ZOD },
  { files: /^actors\/ports\//, own: start(MODEL), outside: ZOD },
  { files: /^actors\/render\//, own: start(MODEL), outside: ZOD },
  { files: /^actors\/observe\//, own: start(`${MODEL}|${PORTS}`), outside: /^(zod|node:crypto)$/ },
  { files: /^actors\/store\//, own: start(STORE), outside: /^(zod|node:crypto)$/ },
  { files: /^actors\/system\//, own: start(SYSTEM), outside: ZOD },
  { files: /^actors\/(mod\.ts$|relay\/)/, own: /^actors\//, outside: ZOD },
  // The actors in one row, each knowing those before it: a Lane knows nothing of groups.
  { files: /^actors\/bridge(\/|\.ts$)/, own: start(ACTOR), outside: ZOD },
  { files: /^actors\/group(\/|\.ts$)/, own: start(`${ACTOR}|${LANE}`), outside: ZOD },
  { files: /^actors\/account(\/|\.ts$)/, own: start(`${ACTOR}|${LANE}|${GROUP}`), outside: ZOD },
  { files: /^actors\/accounts\.ts$/, own: start(`${ACTOR}|actors/account\.ts$`), outside: ZOD },
  {
    files: /^actors\/signup\.ts$/,
    own: start(`${ACTOR}|${LANE}|${GROUP}|actors/accounts\.ts$`),
    outside: ZOD,
  },
  { files: /^adapters\/shared\//, own: start(`${MODEL}|${PORTS}`), outside: ZOD },
  {
    files: /^adapters\/media\//,
    own: start(SHARED),
    outside: /^(zod|sharp|file-type|aws4fetch|@lottiefiles\/dotlottie-web(\/.+)?|node:.+)$/,
  },
  {
    files: /^adapters\/telegram\//,
    own: start(SHARED),
    outside: /^(zod|grammy|@grammyjs\/types|@mtcute\/.+|node:.+)$/,
  },
  {
    files: /^adapters\/whatsapp\//,
    own: start(SHARED),
    outside: /^(zod|baileys|@whiskeysockets\/baileys|node:.+)$/,
  },
  { files: /^adapters\/[a-z_]+\/.+/, own: start(SHARED), outside: /^(zod|node:.+)$/ },
  { files: /^adapters\/[a-z_]+\.ts$/, own: start(`${MODEL}|${PORTS}|adapters/`), outside: ZOD },
  {
    files: /^routes\//,
    own: start(`actors/mod\\.ts|${MODEL}|${PORTS}|static/`),
    outside:
      /^(zod|hono|@hono\/.+|hono\/.+|better-auth|better-auth\/.+|uqr|prom-client|swagger-ui-dist\/.+|node:.+)$/,
  },
  { files: /^main\.ts$/, own: /^(actors|adapters|routes|static)\//, outside: /./ },
  { files: /^tests\//, own: /./, outside: /./ },
];

const IMPORTS = /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*["']([^"']+)["']/gm;
const SIDE_EFFECTS = /^\s*import\s+["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;

/** What `text`, the file at `path`, imports. */
export function importsOf(path: string, text: string): Import[] {
  return [IMPORTS, SIDE_EFFECTS, DYNAMIC].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([statement, specifier = ""]) => ({
      from: path,
      to: resolve(path, specifier),
      typeOnly: /^\s*(import|export)\s+type\b/.test(statement),
    }))
  );
}

/** Whether the law allows it. */
export function isLawful({ from, to }: Import): boolean {
  const room = ROOMS.find(({ files }) => files.test(from));
  if (room === undefined) return false;
  if (!to.startsWith("./")) return room.outside.test(to);
  const path = to.slice(2);
  return roomOf(from) === roomOf(path) || room.own.test(path);
}

/** Groups of files that import each other in a circle, by path. */
export function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly && to.startsWith("./")) next.set(from, [...next.get(from) ?? [], to.slice(2)]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(" -> "));
    if (done.has(file) || way.includes(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

function resolve(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return `.${new URL(specifier, `file:///${path}`).pathname}`;
}

/** `actors/group.ts` and `actors/group/` are one room; an adapter is one; so are all routes and all tests. */
function roomOf(path: string): string {
  const [folder = "", inside = ""] = path.split("/");
  if (folder === "routes" || folder === "tests") return folder;
  return `${folder}/${inside.replace(/\.tsx?$/, "")}`;
}

function start(paths: string): RegExp {
  return new RegExp(`^(${paths})`);
}
