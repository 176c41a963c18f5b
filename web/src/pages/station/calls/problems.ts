/** What the API has against a call, by the place in its payload. */
import { ApiError } from "../../../api/client.ts";
import { type Path, read } from "./schema.ts";

export interface Problem {
  /** In the payload. */
  path: Path;
  reason: string;
}

const PLACE = /^payload(?=[.[]|$)\.?/;

/** Those that are about the payload. */
export function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return [];
  return (error.problem.errors ?? [])
    .filter(({ path }) => PLACE.test(path))
    .map(({ path, reason }) => ({ path: read(path.replace(PLACE, "")), reason }));
}
