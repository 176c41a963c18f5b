/** The JSON schemas of requests: what of JSON Schema the Open Charge Alliance uses, and no more. */

export interface Schema {
  type?: string;
  $ref?: string;
  definitions?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
  format?: string;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  additionalProperties?: boolean;
}

/** A JSON object, as requests are. */
export type Payload = Record<string, unknown>;

/** Names of members, and positions in lists. */
export type Path = readonly (string | number)[];

/** What a schema stands for where it refers to a definition. */
export function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : (root.definitions?.[name] ?? {});
}

/** The same in the order of a form: what must be given, then what may be, and last what may be and has parts. */
export function arranged(schema: Schema, root = schema): Schema {
  const { properties, definitions, items, required = [] } = schema;
  const rank = (name: string) => {
    if (required.includes(name)) return 0;
    const { type = "" } = resolved(properties?.[name] ?? {}, root);
    return type === "object" || type === "array" ? 2 : 1;
  };
  const ordered = Object.keys(properties ?? {}).sort((one, other) => rank(one) - rank(other));
  const of = (all: Record<string, Schema>) => (name: string) => arranged(all[name] ?? {}, root);
  return {
    ...schema,
    ...(properties ? { properties: mapped(ordered, of(properties)) } : {}),
    ...(definitions ? { definitions: mapped(Object.keys(definitions), of(definitions)) } : {}),
    ...(items ? { items: arranged(items, root) } : {}),
  };
}

function mapped(names: readonly string[], of: (name: string) => Schema): Record<string, Schema> {
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

/** A value that is no object and no list; undefined: it is left to whoever fills in the form. */
export type Leaf = (path: Path, schema: Schema) => unknown;

/** A value with all that must be given and nothing else. */
export function least(schema: Schema, root: Schema, leaf: Leaf, path: Path = []): unknown {
  const found = resolved(schema, root);
  if (found.type === "object") {
    const entries = (found.required ?? []).map((name): [string, unknown] => [
      name,
      least(found.properties?.[name] ?? {}, root, leaf, [...path, name]),
    ]);
    return Object.fromEntries(entries);
  }
  if (found.type === "array") {
    const items = found.items ?? {};
    return Array.from({ length: found.minItems ?? 0 }, (_, at) => least(items, root, leaf, [...path, at]));
  }
  return leaf(path, found);
}

/** The same with the objects and lists that must be there, empty as they may be: so each gap has its field. */
export function completed(value: unknown, schema: Schema, root: Schema): unknown {
  const found = resolved(schema, root);
  if (found.type === "array") {
    const items = Array.isArray(value) ? value : [];
    const missing = Math.max(0, (found.minItems ?? 0) - items.length);
    const all = [...items, ...Array.from({ length: missing }, () => undefined)];
    return all.map((item) => completed(item, found.items ?? {}, root));
  }
  if (found.type !== "object") return value;
  const object = (value ?? {}) as Payload;
  const names = new Set([...Object.keys(object), ...(found.required ?? [])]);
  return Object.fromEntries(
    [...names].map((name) => {
      const member = object[name];
      const isLeftOut = member === undefined && !found.required?.includes(name);
      return [name, isLeftOut ? undefined : completed(member, found.properties?.[name] ?? {}, root)];
    }),
  );
}

/** As it travels: without what has been left empty. */
export const asSent = (payload: Payload): Payload => JSON.parse(JSON.stringify(payload)) as Payload;

/** `setVariableData[0].component.name`, as the API writes it. */
export function written(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** Back from that. */
export function read(text: string): (string | number)[] {
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, position]) =>
    position === undefined ? name : Number(position),
  );
}
