/** A request as JSON, to be edited by hand. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../../../texts/index.ts";
import type { Problem } from "./problems.ts";
import { asSent, type Payload, type Schema, written } from "./schema.ts";
import { violations } from "./violations.ts";
import { violationText } from "./violationText.ts";

interface Properties {
  schema: Schema;
  payload: Payload;
  change: (payload: Payload) => void;
  problems: readonly Problem[];
  send: (payload: Payload) => void;
  children: ComponentChildren;
}

export function JsonView({ schema, payload, change, problems, send, children }: Properties) {
  const id = useId();
  const [text, setText] = useState(() => JSON.stringify(asSent(payload), null, 2));
  const [tried, setTried] = useState(false);
  const found = parsed(text);
  const wrong = found
    ? violations(schema, found).map((one) => `${written(one.path)}: ${violationText(one)}`)
    : [t("calls.no_json")];
  const said = problems.map((one) => `${written(one.path)}: ${one.reason}`);
  const shown = [...(tried ? wrong : []), ...said];
  const edit = (now: string) => {
    setText(now);
    const read = parsed(now);
    if (read) change(read);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (found && wrong.length === 0) send(found);
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <div class="field">
        <label for={id}>{t("calls.payload")}</label>
        <textarea
          id={id}
          class="call-json"
          rows={Math.min(24, Math.max(8, text.split("\n").length + 1))}
          spellcheck={false}
          value={text}
          aria-invalid={shown.length > 0}
          aria-describedby={`${id}-wrong`}
          onInput={(event) => edit(event.currentTarget.value)}
        />
        <ul class="wrong call-wrongs" id={`${id}-wrong`} aria-live="polite">
          {shown.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </div>
      {children}
    </form>
  );
}

function parsed(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Payload;
  } catch {
    // While it is being typed it is no JSON yet.
  }
  return undefined;
}
