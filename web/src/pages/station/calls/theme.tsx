/** How rjsf draws the form of a request: our fields, frames around what has parts, and what is optional on demand. */
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
} from "@rjsf/utils";
import { number, zone } from "../../../format.ts";
import { t } from "../../../texts/index.ts";
import { least, type Payload, type Schema } from "./schema.ts";
import { ChoiceWidget, type FormContext, MomentWidget, TextWidget } from "./widgets.tsx";

type Of<P> = P & { children?: unknown };
type Field = FieldTemplateProps<Payload, RJSFSchema, FormContext>;
type ObjectField = ObjectFieldTemplateProps<Payload, RJSFSchema, FormContext>;
type ListField = ArrayFieldTemplateProps<Payload, RJSFSchema, FormContext>;
type Item = ArrayFieldItemTemplateProps<Payload, RJSFSchema, FormContext>;

function FieldTemplate({ id, label, required, schema, rawErrors, formData, children }: Of<Field>) {
  const wrong = rawErrors && rawErrors.length > 0 && (
    <span class="wrong" id={`${id}-wrong`}>
      {rawErrors.join(" ")}
    </span>
  );
  if (schema.type === "object" || schema.type === "array")
    return (
      <div class={isLeftOut(required, formData) ? "call-absent" : "call-part field"} data-field={id}>
        {children}
        {wrong}
      </div>
    );
  return (
    <div class="field" data-field={id}>
      <label for={id}>
        <span class="call-name">{label}</span>
        {required && <span class="call-needed"> {t("calls.needed")}</span>}
      </label>
      {children}
      <span class="hint" id={`${id}-hint`}>
        {hint(schema)}
      </span>
      {wrong}
    </div>
  );
}

/** Of objects and lists: then there is a button to add it and nothing else. */
const isLeftOut = (required: boolean | undefined, value: unknown): boolean =>
  !required && value === undefined;

function hint({ format, maxLength, minimum, maximum }: RJSFSchema): string {
  if (format === "date-time") return t("calls.hint_zone", { zone: zone() });
  if (maxLength !== undefined) return t("calls.hint_length", { limit: number(maxLength) });
  if (minimum !== undefined && maximum !== undefined)
    return t("calls.hint_between", { least: number(minimum, 6), most: number(maximum, 6) });
  if (minimum !== undefined) return t("calls.hint_least", { least: number(minimum, 6) });
  if (maximum !== undefined) return t("calls.hint_most", { most: number(maximum, 6) });
  return "";
}

function ObjectFieldTemplate(drawn: ObjectField) {
  const { fieldPathId, title, required, properties, optionalDataControl, formData } = drawn;
  const fields = <div class="call-fields">{properties.map((one) => one.content)}</div>;
  if (fieldPathId.path.length === 0) return fields;
  if (optionalDataControl && isLeftOut(required, formData)) return optionalDataControl;
  return (
    <fieldset class="call-frame" id={fieldPathId.$id}>
      <legend>
        {title}
        {required && <span class="call-needed"> {t("calls.needed")}</span>}
      </legend>
      {fields}
      {optionalDataControl}
    </fieldset>
  );
}

function ArrayFieldTemplate(drawn: ListField) {
  const { fieldPathId, title, required, items, canAdd, onAddClick, optionalDataControl } = drawn;
  // To what is not there rjsf lets nothing be added.
  if (optionalDataControl && !canAdd && items.length === 0) return optionalDataControl;
  return (
    <fieldset class="call-frame" id={fieldPathId.$id}>
      <legend>
        {title}
        {required && <span class="call-needed"> {t("calls.needed")}</span>}
      </legend>
      {items}
      <div class="row">
        {canAdd && (
          <button type="button" class="button" onClick={onAddClick}>
            <span aria-hidden="true">+</span> {t("calls.add_to", { name: title })}
          </button>
        )}
        {optionalDataControl}
      </div>
    </fieldset>
  );
}

function ArrayFieldItemTemplate({ children, buttonsProps, hasToolbar, index }: Of<Item>) {
  return (
    <div class="call-item">
      <div>{children}</div>
      {hasToolbar && buttonsProps.hasRemove && (
        <button
          type="button"
          class="button quiet"
          aria-label={t("calls.remove_item", { number: index + 1 })}
          onClick={buttonsProps.onRemoveItem}
        >
          <span aria-hidden="true">✕</span>
        </button>
      )}
    </div>
  );
}

/** Adds what is optional, with what it must have, or leaves it out again. */
function OptionalControl({ schema, formData, fieldPathId, name, onChange, registry }: FieldProps) {
  const { path } = fieldPathId;
  if (formData !== undefined)
    return (
      <button type="button" class="button call-leave" onClick={() => onChange(undefined, path)}>
        {t("calls.leave_out", { name })}
      </button>
    );
  return (
    <button type="button" class="button" onClick={() => onChange(begun(schema, registry.rootSchema), path)}>
      <span aria-hidden="true">+</span> {t("calls.add", { name })}
    </button>
  );
}

function begun(schema: RJSFSchema, root: RJSFSchema): unknown {
  const value = least(schema as Schema, root as Schema, () => undefined);
  if (Array.isArray(value)) return value.length > 0 ? value : [undefined];
  // rjsf takes an object without members for one that is not there.
  const first = Object.keys(schema.properties ?? {})[0] ?? "";
  return { [first]: undefined, ...(value as Payload) };
}

export const TEMPLATES = { FieldTemplate, ObjectFieldTemplate, ArrayFieldTemplate, ArrayFieldItemTemplate };
export const FIELDS = { OptionalDataControlsField: OptionalControl };
export const WIDGETS = {
  TextWidget,
  URLWidget: TextWidget,
  SelectWidget: ChoiceWidget,
  CheckboxWidget: ChoiceWidget,
  DateTimeWidget: MomentWidget,
};
