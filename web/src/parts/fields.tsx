/** Fields of forms and filters, each with its label. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Common {
  label: string;
  hint?: string;
  /** What is wrong with the value. */
  wrong?: string | undefined;
}

interface TextProperties extends Common {
  value: string;
  change: (value: string) => void;
  type?: "text" | "search" | "number" | "date" | "datetime-local" | "email" | "password" | "url";
  required?: boolean;
  disabled?: boolean;
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  step?: number | "any";
  placeholder?: string;
  /** Values to choose from, beside free text. */
  suggestions?: readonly string[];
}

function Framed({ id, label, hint, wrong, children }: Common & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

function described(id: string, { hint, wrong }: Common): string | undefined {
  return [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
}

export function TextField({ label, hint, wrong, value, change, type, suggestions, ...rest }: TextProperties) {
  const id = useId();
  return (
    <Framed id={id} label={label} hint={hint ?? ""} wrong={wrong}>
      <input
        id={id}
        {...(rest as { type: "text" })}
        type={(type ?? "text") as "text"}
        value={value}
        list={suggestions && `${id}-list`}
        aria-invalid={Boolean(wrong)}
        aria-describedby={described(id, { label, hint: hint ?? "", wrong })}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </Framed>
  );
}

interface AreaProperties extends Common {
  value: string;
  change: (value: string) => void;
  rows?: number;
  required?: boolean;
  placeholder?: string;
}

/** A text of several lines: a list, a certificate. */
export function AreaField({ label, hint, wrong, value, change, ...rest }: AreaProperties) {
  const id = useId();
  return (
    <Framed id={id} label={label} hint={hint ?? ""} wrong={wrong}>
      <textarea
        id={id}
        class="mono"
        rows={3}
        spellcheck={false}
        {...rest}
        value={value}
        aria-invalid={Boolean(wrong)}
        aria-describedby={described(id, { label, hint: hint ?? "", wrong })}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </Framed>
  );
}

interface SelectProperties extends Common {
  value: string;
  change: (value: string) => void;
  options: readonly { value: string; text: string }[];
  disabled?: boolean;
}

export function SelectField({ label, hint, wrong, value, change, options, disabled }: SelectProperties) {
  const id = useId();
  return (
    <Framed id={id} label={label} hint={hint ?? ""} wrong={wrong}>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-invalid={Boolean(wrong)}
        aria-describedby={described(id, { label, hint: hint ?? "", wrong })}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.text}
          </option>
        ))}
      </select>
    </Framed>
  );
}

export function CheckField({
  label,
  checked,
  change,
}: {
  label: string;
  checked: boolean;
  change: (checked: boolean) => void;
}) {
  return (
    <label class="row check">
      <input type="checkbox" checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
