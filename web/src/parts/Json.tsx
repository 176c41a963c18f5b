/** A JSON value, written out and coloured: as text, never as HTML. */
import { useState } from "preact/hooks";
import { t } from "../texts/index.ts";
import "./json.css";
import { piecesOf, pretty } from "./json.ts";
import { attempt } from "./toasts.tsx";

interface Properties {
  /** What it is of, for the button that copies it and for a screen reader. */
  label: string;
  /** A text stands as it is. */
  value: unknown;
}

/** A text of this length is not coloured: each piece is an element of the page. */
const MOST_COLOURED_CHARS = 20_000;
const SAID_MS = 3_000;

export function Json({ label, value }: Properties) {
  const [copied, setCopied] = useState(false);
  const text = typeof value === "string" ? value : pretty(value);
  const plain = typeof value === "string" || text.length > MOST_COLOURED_CHARS;
  const copy = async () => {
    if (!(await attempt(() => navigator.clipboard.writeText(text)))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  const said = t(copied ? "copy.copied" : "copy.copy");
  return (
    <figure class="json" aria-label={label}>
      <figcaption>
        {label}
        <button
          type="button"
          class="button quiet"
          aria-label={`${said}: ${label}`}
          onClick={() => void copy()}
        >
          {said}
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre class="code" tabIndex={0}>
        {plain
          ? text
          : piecesOf(text).map(([kind, piece]) =>
              kind === "mark" ? piece : <span class={`json-${kind}`}>{piece}</span>,
            )}
      </pre>
    </figure>
  );
}
