/** What stands where something is loading, has failed, or is not there. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { t } from "../texts/index.ts";

/** Shown when it takes a while; what is there at once does not flicker. */
export function Loading() {
  return (
    <div class="row muted loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {t("state.loading")}
    </div>
  );
}

interface FailedProperties {
  error: unknown;
  retry?: (() => void) | undefined;
  title?: string;
}

export function Failed({ error, retry, title = t("state.failed") }: FailedProperties) {
  return (
    <div class="notice" data-tone="danger" role="alert">
      <strong>{title}</strong>
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {error instanceof ApiError && <Objections of={error} />}
      {error instanceof ApiError && error.problem.request_id && (
        <span class="muted mono">{error.problem.request_id}</span>
      )}
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {t("state.retry")}
        </button>
      )}
    </div>
  );
}

/** What the API has against single fields of a request; what it says of one alone stands above already. */
function Objections({ of: { message, problem } }: { of: ApiError }) {
  const more = (problem.errors ?? []).filter(({ reason }) => reason !== message);
  if (more.length === 0) return null;
  return (
    <ul>
      {more.map(({ path, reason }) => (
        <li key={`${path} ${reason}`}>
          <span class="mono words">{path}</span>: {reason}
        </li>
      ))}
    </ul>
  );
}

export function Empty({ children }: { children?: ComponentChildren }) {
  return <div class="notice muted">{children ?? t("state.empty")}</div>;
}

export interface Query<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
  /** Paused: there is no network. */
  fetchStatus?: "fetching" | "paused" | "idle";
}

interface AsyncProperties<T> {
  query: Query<T>;
  children: (data: T) => ComponentChildren;
}

/** What a query has found, or how far it is. What is old stays while what is new cannot be had. */
export function Async<T>({ query, children }: AsyncProperties<T>) {
  const error = useLastError(query);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (error) return <Failed error={error} retry={() => void query.refetch()} />;
  if (query.fetchStatus === "paused") return <Offline />;
  return <Loading />;
}

/** A failure stands until there is data: each event of the live feed has it tried again, and again. */
function useLastError({ data, error }: Query<unknown>): unknown {
  const last = useRef<unknown>(undefined);
  if (data !== undefined) last.current = undefined;
  else if (error) last.current = error;
  return last.current;
}

function Offline() {
  return (
    <div class="notice" data-tone="warning" role="status">
      {t("state.offline")}
    </div>
  );
}
