/** What of a request is not as its schema says. */
import { type Schema as AnySchema, Validator } from "@cfworker/json-schema";
import { asSent, type Path, type Payload, resolved, type Schema } from "./schema.ts";

export interface Violation {
  path: Path;
  /** The keyword of JSON Schema; `unknown`: there is no such member. */
  rule: string;
  /** What the keyword says: the length, the limit, the type. */
  limit: unknown;
}

/** The keywords that say what is wrong; the others only lead to them. */
const RULES: ReadonlySet<string> = new Set([
  "enum",
  "format",
  "maxItems",
  "maxLength",
  "maximum",
  "minItems",
  "minimum",
  "multipleOf",
  "required",
  "type",
]);

const validators = new WeakMap<Schema, Validator>();

function validatorOf(schema: Schema): Validator {
  let found = validators.get(schema);
  if (!found) {
    // A copy, for it writes into the schema where its references lead. All errors, not only the first.
    found = new Validator(structuredClone(schema) as AnySchema, "7", false);
    validators.set(schema, found);
  }
  return found;
}

export function violations(schema: Schema, payload: Payload): Violation[] {
  const found = new Map<string, Violation>();
  const sent = asSent(payload);
  for (const error of validatorOf(schema).validate(sent).errors) {
    const path = stepsOf(error.instanceLocation).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    if (error.keyword === "required") path.push(/"([^"]+)"/.exec(error.error)?.[1] ?? "");
    const rule = ruleOf(error.keyword, valueAt(sent, path));
    if (rule !== "unknown" && !RULES.has(rule)) continue;
    const limit = rule === "unknown" ? undefined : limitAt(schema, error.keywordLocation);
    const key = JSON.stringify(path);
    if (!found.has(key)) found.set(key, { path, rule, limit });
  }
  return [...found.values()];
}

function ruleOf(keyword: string, value: unknown): string {
  if (keyword === "false") return "unknown";
  // No request has a null: it is a place in a list that has been left empty.
  return value === null && RULES.has(keyword) ? "required" : keyword;
}

function valueAt(payload: Payload, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Payload | undefined)?.[step], payload);
}

/** Of a JSON pointer in a fragment: `#/a/0`. */
function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => decodeURI(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands at a place of the schema, to which the way may lead through references. */
function limitAt(root: Schema, pointer: string): unknown {
  let at: unknown = root;
  for (const step of stepsOf(pointer)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = step === "$ref" ? resolved(at as Schema, root) : (at as Record<string, unknown>)[step];
  }
  return at;
}
