/** Checks what a server answers against the OpenAPI document that it gives of itself. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Answer } from "./rest_client.ts";

const Response = z.object({
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
});
const Operation = z.object({ responses: z.record(z.string(), Response) });
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** Fails when `answer` is not what the document says of this call. */
export type CheckAnswer = (method: string, path: string, answer: Answer) => void;

/** Reads the document of the server at `url`. */
export async function readDocument(url: string): Promise<CheckAnswer> {
  const response = await fetch(`${url}/openapi.json`);
  const { paths, components } = Document.parse(await response.json());
  return (method, path, answer) => {
    const name = Object.keys(paths).find((one) => patternOf(one).test(path.split("?")[0] ?? ""));
    const operation = name === undefined ? undefined : paths[name]?.[method.toLowerCase()];
    // Paths that lead nowhere and methods that they do not take are not in it.
    if (operation === undefined) return assert.ok(answer.status >= 400, `${method} ${name} is documented`);
    const { responses } = Operation.parse(operation);
    const found = responses[answer.status] ?? (answer.status >= 400 ? responses["default"] : undefined);
    assert.ok(found !== undefined, `${method} ${name} documents ${answer.status}`);
    if (found.content === undefined) return assert.equal(answer.body, null);
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const schema = (found.content[type] ?? found.content["*/*"])?.schema;
    assert.ok(schema !== undefined, `${method} ${name} documents ${answer.status} as ${type}`);
    const parsed = schemaOf(schema, components.schemas).safeParse(answer.body);
    assert.ok(
      parsed.success,
      `${method} ${name} ${answer.status} is as documented: ${parsed.error?.message}`,
    );
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
}

function schemaOf(schema: object, shared: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: shared }).replaceAll("#/components/schemas/", "#/$defs/");
  return z.fromJSONSchema(JSON.parse(text, closed));
}

/** Objects with named properties have no others: what is answered is documented. */
function closed(_key: string, value: unknown): unknown {
  const isOpen = typeof value !== "object" || value === null || !("properties" in value) || "type" in value &&
      value.type !== "object";
  return isOpen ? value : { ...value, additionalProperties: false };
}
