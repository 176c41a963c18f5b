/** rjsf's validator on our own: the usual one compiles code at run time, which the Content-Security-Policy forbids. */
import { type RJSFSchema, toErrorSchema, type ValidatorType } from "@rjsf/utils";
import type { Payload, Schema } from "./schema.ts";
import { type Violation, violations } from "./violations.ts";
import { violationText } from "./violationText.ts";

export const validator: ValidatorType<Payload, RJSFSchema> = {
  validateFormData(payload, schema) {
    const errors = found(schema, payload).map((violation) => ({
      name: violation.rule,
      property: violation.path.map((step) => `.${step}`).join(""),
      message: violationText(violation),
      stack: violationText(violation),
    }));
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid: (schema, payload, root) =>
    found({ definitions: root.definitions, ...schema }, payload).length === 0,
  rawValidation: (schema, payload) => ({ errors: found(schema, payload) as never[] }),
};

function found(schema: RJSFSchema, payload: Payload | undefined): Violation[] {
  return violations(schema as Schema, payload ?? {});
}
