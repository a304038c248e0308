/** The house rules as a lint plugin: they read the syntax tree, so comments and strings cannot fool them. */

type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;
type Node = Deno.lint.Node;

/** Longest function, in lines. */
export const FUNCTION_MAX = 60;

const TESTS = /^tests\//;
const ACTORS = /^actors\//;
/** Where a line for people or machines is written on purpose. */
const CONSOLE =
  /^actors\/observe\/log\.ts$|^main\.ts$|^adapters\/telegram\/login\.ts$|^tests\/(run\.ts|bench\/|faults\/|e2e\/)/;
const ENVIRONMENT = /^main\.ts$|^tests\//;
const TIMERS =
  /^actors\/system\/timer\.ts$|^adapters\/shared\/|^routes\/events\.ts$|^tests\/(run\.ts|bench\/)/;
const MACHINE = /^actors\/observe\/host\.ts$/;
const DENO = /^actors\/store\//;
const KEYS = /^actors\/store\/keys\.ts$/;

const rules: Record<string, (path: string, context: Context) => Visitor> = {
  "function-length": (_path, context) => ({
    FunctionDeclaration: (node) => checkLength(node, context),
    FunctionExpression: (node) => checkLength(node, context),
    ArrowFunctionExpression: (node) => checkLength(node, context),
  }),
  "no-any": (_path, context) => ({
    TSAnyKeyword: (node) => context.report({ node, message: "any: say what it is, or unknown" }),
  }),
  "no-assertion": (_path, context) => ({
    TSNonNullExpression: (node) => context.report({ node, message: "! assertion: check it instead" }),
  }),
  "no-enum": (_path, context) => ({
    TSEnumDeclaration: (node) => context.report({ node, message: "enum: use z.enum or a union" }),
  }),
  "no-default-export": (_path, context) => ({
    ExportDefaultDeclaration: (node) => context.report({ node, message: "default export: name it" }),
  }),
  "no-private-keyword": (_path, context) => ({
    PropertyDefinition: (node) => checkPrivate(node, node.accessibility, context),
    MethodDefinition: (node) => checkPrivate(node, node.accessibility, context),
    TSParameterProperty: (node) => checkPrivate(node, node.accessibility, context),
  }),
  "no-top-level-arrow": (_path, context) => ({
    VariableDeclarator: (node) => {
      if (node.init?.type !== "ArrowFunctionExpression" || !isTopLevel(node)) return;
      context.report({ node, message: "top-level arrow: write a function" });
    },
  }),
  "no-stray-machine": (path, context) => ({
    MemberExpression: (node) => {
      const message = strayMachine(path, context.sourceCode.getText(node).replaceAll("?.", "."));
      if (message !== null) context.report({ node, message });
    },
    NewExpression: (node) => {
      const clock = ACTORS.test(path) && !MACHINE.test(path) &&
        context.sourceCode.getText(node) === "new Date()";
      if (clock) context.report({ node, message: "new Date(): take the time from the host" });
    },
  }),
  "no-stray-timer": (path, context) => ({
    CallExpression: (node) => {
      const name = context.sourceCode.getText(node.callee).replace(/^globalThis\./, "");
      if (!/^set(Timeout|Interval)$/.test(name) || TIMERS.test(path)) return;
      if (TESTS.test(path) && !isSleep(node)) return;
      context.report({
        node,
        message: `${name}: a wait is a fact in the store, a test waits for a condition`,
      });
    },
  }),
  "no-key-literal": (path, context) => ({
    Property: (node) => {
      if (!ACTORS.test(path) || KEYS.test(path)) return;
      const name = context.sourceCode.getText(node.key);
      if (!/^(key|prefix|start|end)$/.test(name) || node.value.type !== "ArrayExpression") return;
      if (node.value.elements[0]?.type === "Literal") {
        context.report({ node, message: "key literal: build it in store/keys.ts" });
      }
    },
  }),
  "documented-exports": (path, context) => ({
    Program: (node) => {
      if (!TESTS.test(path)) checkDocumented(node, context);
    },
  }),
};

/** What breaks a rule of the house in `text`, as "path:line message". */
export function violations(path: string, text: string): string[] {
  const plugin: Deno.lint.Plugin = {
    name: "house",
    rules: Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [name, { create: (context) => rule(path, context) }]),
    ),
  };
  return Deno.lint.runPlugin(plugin, path, text)
    .map(({ range, message }) => `${path}:${lineAt(text, range[0])} ${message}`);
}

function checkLength(node: Node, context: Context): void {
  const lines = context.sourceCode.getText(node).split("\n").length;
  // A test file registers its tests in one list: twice as long is still read from top to bottom.
  const most = /(^|\/)tests\//.test(context.filename) ? FUNCTION_MAX * 2 : FUNCTION_MAX;
  if (lines > most) {
    context.report({ node, message: `function of ${lines} lines: at most ${most}` });
  }
}

function checkPrivate(node: Node, accessibility: string | undefined, context: Context): void {
  if (accessibility === "private") context.report({ node, message: "private: use #name" });
}

function strayMachine(path: string, text: string): string | null {
  if (/^console\./.test(text) && !CONSOLE.test(path)) return "console: log through the host";
  if (/^Deno\.(env|args)$/.test(text) && !ENVIRONMENT.test(path)) return `${text}: main.ts reads it`;
  if (!ACTORS.test(path)) return null;
  if (/^Deno\.\w+$/.test(text) && !DENO.test(path)) return `${text}: only the store may see the runtime`;
  const clock = /^(Date\.now|Math\.random|performance\.now|crypto\.(getRandomValues|randomUUID))$/;
  // The store times its commits: a duration is no time of day, so a fake clock has no say in it.
  if (text === "performance.now" && DENO.test(path)) return null;
  return clock.test(text) && !MACHINE.test(path) ? `${text}: take it from the host` : null;
}

function isTopLevel(node: Deno.lint.VariableDeclarator): boolean {
  const holder: Node = node.parent.parent;
  return holder.type === "Program" || holder.type === "ExportNamedDeclaration";
}

/** A timer that only resolves a promise: `new Promise((done) => setTimeout(done, 50))`. */
function isSleep(node: Deno.lint.CallExpression): boolean {
  const first = node.arguments[0];
  return node.parent.type === "ArrowFunctionExpression" && first?.type === "Identifier";
}

/**
 * Functions and constants each have their own line. Types, schemas and classes have one too, unless the line at the
 * top of their file already says what they are.
 */
function checkDocumented(program: Deno.lint.Program, context: Context): void {
  const { text } = context.sourceCode;
  if (program.body.length > 0 && !/^(#![^\n]*\n)?\/\*\*/.test(text)) {
    context.report({ node: program, message: "file without a doc line at its top" });
  }
  for (const node of program.body) {
    if (node.type !== "ExportNamedDeclaration" || !node.declaration) continue;
    const name = nameOf(node.declaration, context);
    if (/^[A-Z][a-zA-Z0-9]*$/.test(name) && node.declaration.type !== "FunctionDeclaration") continue;
    if (!hasDocLine(text.slice(0, node.range[0]))) {
      context.report({ node, message: `export without a doc line: ${name}` });
    }
  }
}

function nameOf(declaration: Node, context: Context): string {
  const text = context.sourceCode.getText(declaration);
  return /^(?:async\s+|abstract\s+|declare\s+)*(?:const|let|type|interface|class|function\*?|enum)\s+([\w$]+)/
    .exec(text)?.[1] ?? text.slice(0, 40);
}

function hasDocLine(before: string): boolean {
  const text = before.replace(/(\n\s*\/\/[^\n]*)+\s*$/, "").trimEnd();
  return text.endsWith("*/") && text.lastIndexOf("/**") > text.lastIndexOf("*/", text.length - 3);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
