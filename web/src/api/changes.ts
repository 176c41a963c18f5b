/** What an event of the live feed means for what has been read: pure, without the socket and the page. */

export interface LiveEvent {
  version: number;
  type: string;
  station_id: string | null;
  at: string;
  /** Empty where there was too much to be brought. */
  data: Record<string, unknown>;
}

/** What was read of these paths is stale; null: of all stations. */
export interface Change {
  path: string;
  stationId: string | null;
}

/** As many as the feed takes; who shows more watches all. */
const MOST_STATIONS = 200;
/** What API Gateway takes in one frame, less what stands around the ids. */
const MOST_BYTES = 30_000;

/** What a kind of event changes, by the paths of the API. */
const CHANGES: readonly [prefix: string, paths: readonly string[]][] = [
  ["station.", ["/stations", "/overview", "/station-positions"]],
  ["status.", ["/stations", "/overview", "/station-positions", "/reservations"]],
  ["fault.", ["/faults", "/overview", "/stations"]],
  ["transaction.", ["/transactions", "/overview", "/stations", "/reservations"]],
  ["call.", ["/stations", "/failed-calls", "/jobs", "/overview", "/reservations"]],
  ["connection.refused", ["/refused-connections", "/overview"]],
  ["firmware", ["/firmware-campaigns", "/stations"]],
  ["firmware_campaign.", ["/overview"]],
  ["diagnostics", ["/diagnostics", "/stations"]],
  ["log", ["/diagnostics", "/stations"]],
  ["alarm", ["/alarms", "/overview"]],
  ["reservation", ["/reservations", "/stations"]],
  ["finding", ["/stations"]],
  // Whatever it is, the page of that station may show it: its history does.
  ["", ["/stations/{station_id}"]],
];

export function changesOf(event: LiveEvent): Change[] {
  const paths = CHANGES.filter(([prefix]) => event.type.startsWith(prefix)).flatMap(([, found]) => found);
  return [...new Set(paths)].map((path) => ({ path, stationId: event.station_id }));
}

/** Whether a query, by its key of openapi-react-query (`["get", path, init]`), has read what has changed. */
export function hasChanged([, path, init]: readonly unknown[], changes: readonly Change[]): boolean {
  if (typeof path !== "string") return false;
  const of = (init as { params?: { path?: { station_id?: string } } } | undefined)?.params?.path?.station_id;
  return changes.some(
    (change) => path.startsWith(change.path) && (of === undefined || of === change.stationId),
  );
}

export interface Watcher {
  /** Null: all stations. */
  stationIds: readonly string[] | null;
}

/** What all of them together watch: ids in order; null: all stations; empty: none. */
export function watchedBy(watchers: Iterable<Watcher>): readonly string[] | null {
  const ids = new Set<string>();
  for (const { stationIds } of watchers) {
    if (!stationIds) return null;
    for (const id of stationIds) ids.add(id);
  }
  if (ids.size > MOST_STATIONS) return null;
  const sorted = [...ids].sort();
  return new TextEncoder().encode(JSON.stringify(sorted)).length > MOST_BYTES ? null : sorted;
}

export function isFor(watcher: Watcher, event: LiveEvent): boolean {
  return !watcher.stationIds || (event.station_id !== null && watcher.stationIds.includes(event.station_id));
}

/** Knows the latest messages again: one may come twice. */
export class Latest {
  readonly #kept = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a message has come before; from now on it has. */
  has(text: string): boolean {
    if (this.#kept.has(text)) return true;
    this.#kept.add(text);
    const [oldest] = this.#kept;
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    return false;
  }
}
