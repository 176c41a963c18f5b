import { useEffect, useRef, useState } from "preact/hooks";
import { TextField } from "./fields.tsx";

const PAUSE_MS = 300;

interface Properties {
  label: string;
  value: string;
  /** Called once somebody pauses typing. */
  change: (value: string) => void;
  maxLength?: number;
  suggestions?: readonly string[];
}

/** A field to search by, which waits until somebody pauses typing. */
export function SearchField({ label, value, change, maxLength, suggestions }: Properties) {
  const [typed, setTyped] = useState(value);
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => latest.current(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <TextField
      label={label}
      type="search"
      value={typed}
      change={setTyped}
      {...(maxLength ? { maxLength } : {})}
      {...(suggestions ? { suggestions } : {})}
    />
  );
}
