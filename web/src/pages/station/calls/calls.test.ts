import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { byTopic } from "./actions.ts";
import { initial } from "./defaults.ts";
import { arranged, completed, least, type Payload, read, type Schema, written } from "./schema.ts";
import { violations } from "./violations.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"];

function schemasOf(version: string): Record<string, Schema> {
  const file = new URL(`../../../calls/${version}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf-8")) as Record<string, Schema>;
}

const VALUES: Record<string, unknown> = { string: "x", integer: 1, number: 1, boolean: true };

function example(_path: unknown, schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.format === "date-time") return "2026-05-01T10:00:00Z";
  if (schema.format === "uri") return "https://example.com/";
  return schema.minimum ?? VALUES[schema.type ?? ""];
}

for (const version of VERSIONS) {
  test(`the least request of every action of ${version} is valid`, () => {
    for (const [action, schema] of Object.entries(schemasOf(version))) {
      const payload = least(schema, schema, example) as Payload;
      assert.deepEqual(violations(arranged(schema), payload), [], action);
    }
  });
  test(`a form of ${version} begins with nothing that is wrong, but for what is missing`, () => {
    for (const [action, schema] of Object.entries(schemasOf(version))) {
      const begun = initial(action, schema, { evseId: 1, transactionId: undefined });
      const wrong = violations(schema, begun).filter((one) => one.rule !== "required");
      assert.deepEqual(wrong, [], action);
    }
  });
  test(`every action of ${version} has a topic, and one only`, () => {
    const actions = Object.keys(schemasOf(version));
    assert.deepEqual(
      byTopic(actions)
        .flatMap((group) => group.actions)
        .toSorted(),
      actions.toSorted(),
    );
  });
}

test("a form shows what is needed first and what has parts last", () => {
  const found = arranged(schemasOf("2.0.1").SetVariables as Schema);
  const component = found.definitions?.ComponentType?.properties ?? {};
  assert.deepEqual(Object.keys(component), ["name", "instance", "evse"]);
});

test("what has to be there has its field, however deep", () => {
  const schema = schemasOf("2.0.1").SetVariables as Schema;
  const added = completed({ setVariableData: [undefined] }, schema, schema);
  const data = { attributeValue: undefined, component: { name: undefined }, variable: { name: undefined } };
  assert.deepEqual(added, { setVariableData: [data] });
});

test("a violation says where it is and what would be right", () => {
  const schema = schemasOf("2.0.1").SetVariables as Schema;
  const payload = {
    setVariableData: [{ attributeValue: 5, component: { name: "x".repeat(51) }, variable: {}, odd: 1 }],
  };
  const found = violations(schema, payload).map((one) => [written(one.path), one.rule, one.limit]);
  assert.deepEqual(found.toSorted(), [
    ["setVariableData[0].attributeValue", "type", "string"],
    ["setVariableData[0].component.name", "maxLength", 50],
    ["setVariableData[0].odd", "unknown", undefined],
    ["setVariableData[0].variable.name", "required", ["name"]],
  ]);
});

test("paths are read as the API writes them", () => {
  for (const text of ["connectorId", "setVariableData[0].component.name", "key[12]", ""])
    assert.equal(written(read(text)), text);
});
