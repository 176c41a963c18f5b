/** The inputs of a request's form, in the console's own look. */
import type { RJSFSchema, WidgetProps } from "@rjsf/utils";
import { fromLocal, toLocal } from "../../../parts/moments.ts";
import { t } from "../../../texts/index.ts";
import type { Path, Payload } from "./schema.ts";

/** What a form knows beside its payload. */
export interface FormContext {
  /** Values that a place is likely to have. */
  suggestions: (path: Path) => readonly string[];
}

type Widget = WidgetProps<Payload, RJSFSchema, FormContext>;

/** From this length on a text has room for several lines, as certificates and contents of displays need it. */
const LONG_TEXT = 500;

/** `root_evse_id` → evse, id. */
export function pathOf(id: string): (string | number)[] {
  return id
    .split("_")
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function described(id: string, wrong: boolean): string {
  return wrong ? `${id}-hint ${id}-wrong` : `${id}-hint`;
}

function common({ id, rawErrors, disabled, required }: Widget) {
  const wrong = Boolean(rawErrors?.length);
  return {
    id,
    disabled,
    "aria-required": required,
    "aria-invalid": wrong,
    "aria-describedby": described(id, wrong),
  } as const;
}

export function TextWidget(properties: Widget) {
  const { id, schema, value, onChange, registry } = properties;
  const change = (text: string) => onChange(text === "" ? undefined : text);
  const shown = value === undefined || value === null ? "" : String(value);
  const isNumber = schema.type === "integer" || schema.type === "number";
  if (!isNumber && (schema.maxLength ?? 0) >= LONG_TEXT)
    return (
      <textarea
        {...common(properties)}
        class="call-long"
        rows={3}
        value={shown}
        onInput={(event) => change(event.currentTarget.value)}
      />
    );
  const suggestions = registry.formContext.suggestions(pathOf(id));
  return (
    <>
      <input
        {...common(properties)}
        type={isNumber ? "number" : "text"}
        step={isNumber ? (schema.multipleOf ?? (schema.type === "integer" ? 1 : "any")) : undefined}
        min={schema.minimum}
        max={schema.maximum}
        autocomplete="off"
        list={suggestions.length > 0 ? `${id}-list` : undefined}
        value={shown}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {suggestions.length > 0 && (
        <datalist id={`${id}-list`}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** In the viewer's zone; in the request in UTC. */
export function MomentWidget(properties: Widget) {
  const { value, onChange } = properties;
  return (
    <input
      {...common(properties)}
      type="datetime-local"
      value={toLocal(typeof value === "string" ? value : null)}
      onInput={(event) => onChange(fromLocal(event.currentTarget.value) ?? undefined)}
    />
  );
}

/** Words to choose from; true and false too, since what is left out is neither. */
export function ChoiceWidget(properties: Widget) {
  const { schema, value, onChange } = properties;
  const isBoolean = schema.type === "boolean";
  const choices: { value: unknown; text: string }[] = isBoolean
    ? [true, false].map((one) => ({ value: one, text: t(one ? "word.yes" : "word.no") }))
    : (schema.enum ?? []).map((one) => ({ value: one, text: String(one) }));
  const chosen = choices.findIndex((one) => one.value === value);
  return (
    <select
      {...common(properties)}
      value={String(chosen)}
      onChange={(event) => onChange(choices[Number(event.currentTarget.value)]?.value)}
    >
      <option value="-1">{t("calls.not_chosen")}</option>
      {choices.map((one, at) => (
        <option key={one.text} value={String(at)}>
          {one.text}
        </option>
      ))}
    </select>
  );
}
