/** The form of a request, generated from its JSON schema. A chunk of its own: rjsf comes with it. */
import Form from "@rjsf/core/lib/components/Form.js";
import { type RJSFSchema, toErrorSchema, type UiSchema } from "@rjsf/utils";
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Problem } from "./problems.ts";
import { completed, type Path, type Payload, type Schema } from "./schema.ts";
import { FIELDS, TEMPLATES, WIDGETS } from "./theme.tsx";
import { validator } from "./validator.ts";
import type { FormContext } from "./widgets.tsx";

interface Properties {
  schema: Schema;
  payload: Payload;
  change: (payload: Payload) => void;
  /** What the API has against it. */
  problems: readonly Problem[];
  suggestions: (path: Path) => readonly string[];
  send: (payload: Payload) => void;
  /** What stands below the fields: a button to send it. */
  children: ComponentChildren;
}

/** Lists and objects that may be left out have to be asked for. */
const UI: UiSchema<Payload, RJSFSchema, FormContext> = {
  "ui:globalOptions": { enableOptionalDataFieldForType: ["object", "array"] },
};
/** We fill in what has to be there, before the form is drawn. */
const DEFAULTS = { emptyObjectFields: "skipDefaults", arrayMinItems: { populate: "never" } } as const;

export default function PayloadForm(properties: Properties) {
  const { schema, payload, change, problems, suggestions, send, children } = properties;
  // Nobody is told what is wrong with a form that is still being filled in; but at once when a wrong one is mended.
  const [wasWrong, setWasWrong] = useState(false);
  const context = useMemo<FormContext>(() => ({ suggestions }), [suggestions]);
  const extraErrors = useMemo(
    () =>
      toErrorSchema<Payload>(
        problems.map(({ path, reason }) => ({
          property: path.map((step) => `.${step}`).join(""),
          message: reason,
          stack: reason,
        })),
      ),
    [problems],
  );
  return (
    <Form<Payload, RJSFSchema, FormContext>
      className="stack"
      schema={schema as RJSFSchema}
      uiSchema={UI}
      validator={validator}
      formData={payload}
      formContext={context}
      templates={TEMPLATES as never}
      fields={FIELDS as never}
      widgets={WIDGETS as never}
      experimental_defaultFormStateBehavior={DEFAULTS}
      extraErrors={extraErrors}
      liveValidate={wasWrong ? "onChange" : false}
      noHtml5Validate
      showErrorList={false}
      focusOnFirstError
      onChange={({ formData }) => change(completed(formData, schema, schema) as Payload)}
      onError={() => setWasWrong(true)}
      onSubmit={({ formData }) => send(formData ?? {})}
    >
      {children as never}
    </Form>
  );
}
