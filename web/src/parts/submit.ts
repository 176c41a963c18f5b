/** Sending a form: once at a time, with what the API says against it beside the fields it means. */
import { useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { type KeyHeader, useKeyed } from "./keyed.ts";

export interface Submission {
  busy: boolean;
  /** What was wrong the last time, unless all of it is shown beside `fields`. */
  error: unknown;
  /** For `onSubmit`. */
  submit: (event: Event) => void;
  /** What is wrong with a field of the request, by its path. */
  wrong: (path: string) => string | undefined;
}

/**
 * `work` is given the header for what must not be done twice.
 *
 * `fields`: the paths of the request that have a field in the form.
 */
export function useSubmit(
  work: (header: KeyHeader) => Promise<unknown>,
  fields: readonly string[] = [],
): Submission {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const keyed = useKeyed();
  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    keyed(work)
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const wrong = (path: string) => (error instanceof ApiError ? error.at(path) : undefined);
  return { busy, error: isBeside(fields, error) ? undefined : error, submit, wrong };
}

function isBeside(fields: readonly string[], error: unknown): boolean {
  const found = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return found.length > 0 && found.every(({ path }) => fields.includes(path));
}
