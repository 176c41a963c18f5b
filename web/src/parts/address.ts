/** What of a page stands in its address: it can be shared, and the browser's back button leads back to it. */
import { useLocation } from "preact-iso";

/** New values of the query; empty or undefined: it is left out. */
type Changes = Readonly<Record<string, string | undefined>>;

export interface Address {
  query: Readonly<Record<string, string>>;
  /** The address of this page with changes. */
  at: (changes: Changes) => string;
  /** Go there; `replace`: without a step back (while somebody types). */
  go: (changes: Changes, replace?: boolean) => void;
}

export function useAddress(): Address {
  const { path, query, route } = useLocation();
  const at = (changes: Changes) => {
    const wanted = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, ...changes })) if (value) wanted.set(name, value);
    const text = wanted.toString();
    return text ? `${path}?${text}` : path;
  };
  return { query, at, go: (changes, replace = false) => route(at(changes), replace) };
}
