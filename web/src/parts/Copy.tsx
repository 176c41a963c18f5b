import { useState } from "preact/hooks";
import { t } from "../texts/index.ts";
import { attempt } from "./toasts.tsx";

const SAID_MS = 3_000;

/** A text that somebody types elsewhere, and a button that copies it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await attempt(() => navigator.clipboard.writeText(text)))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <span class="row">
      <code class="copied">{text}</code>
      <button
        type="button"
        class="button"
        aria-label={`${t(copied ? "copy.copied" : "copy.copy")}: ${label}`}
        onClick={() => void copy()}
      >
        {t(copied ? "copy.copied" : "copy.copy")}
      </button>
    </span>
  );
}
