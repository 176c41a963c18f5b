import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { queries } from "../../api/client.ts";
import { config } from "../../api/config.ts";
import { number } from "../../format.ts";
import { StationLink, stationPath } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async, Empty } from "../../parts/states.tsx";
import { t, word } from "../../texts/index.ts";
import { type Colours, StationsMap } from "./map.ts";
import { MAP_STATUSES, type MapStatus } from "./mapStatus.ts";
import { type Position, usePositions } from "./positions.ts";
import "./map.css";

const MOST_LISTED = 50;

/** Where stations stand, and how they are; the same as a list beside it. */
export default function StationMap() {
  const query = usePositions();
  return (
    <Async query={query}>
      {(positions) =>
        positions.length === 0 ? <Empty>{t("stations.map_none")}</Empty> : <Located positions={positions} />
      }
    </Async>
  );
}

function Located({ positions }: { positions: readonly Position[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<StationsMap>(undefined);
  const [inView, setInView] = useState<readonly Position[]>([]);
  const { route } = useLocation();
  const go = useRef(route);
  go.current = route;
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = new StationsMap(element, coloursOf(element), {
      tiles: config().map_tiles,
      popup: (stations) => popup(stations, go.current),
      moved: setInView,
      texts: { zoomIn: t("stations.zoom_in"), zoomOut: t("stations.zoom_out") },
    });
    map.current = made;
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(element);
    const forget = onScheme(() => made.recolour(coloursOf(element)));
    return () => {
      sizes.disconnect();
      forget();
      made.remove();
    };
  }, []);
  useEffect(() => map.current?.show(positions), [positions]);
  const tiles = config().map_tiles;
  return (
    <div class="stack">
      <div class="map-columns">
        <div class="stack">
          <section ref={frame} class="map" aria-label={t("stations.map")} />
          {tiles && <p class="muted">{tiles.attribution}</p>}
          <div class="card-head">
            <Legend positions={positions} />
            <button type="button" class="button" onClick={() => map.current?.showAll()}>
              {t("stations.show_all")}
            </button>
          </div>
          <Unlocated located={positions.length} />
        </div>
        <InView stations={inView} open={(stationId) => map.current?.open(stationId)} />
      </div>
    </div>
  );
}

function Legend({ positions }: { positions: readonly Position[] }) {
  const counts = useMemo(
    () =>
      MAP_STATUSES.map(
        (status) => [status, positions.filter((one) => one.status === status).length] as const,
      ),
    [positions],
  );
  return (
    <ul class="map-legend" aria-label={t("stations.legend")}>
      {counts.map(([status, count]) => (
        <li key={status} data-status={status}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r={status === "faulted" ? 10 : status === "charging" ? 7 : 6} />
          </svg>
          {word("status", status)}: {number(count)}
        </li>
      ))}
    </ul>
  );
}

/** How many stations the map does not show. */
function Unlocated({ located }: { located: number }) {
  const total = queries.useQuery("get", "/overview").data?.stations.total ?? 0;
  const missing = total - located;
  if (missing <= 0) return null;
  return <p class="muted">{t("stations.map_missing", { count: missing, number: number(missing) })}</p>;
}

/** What the map shows, for those who do not use it. */
function InView({ stations, open }: { stations: readonly Position[]; open: (stationId: string) => void }) {
  return (
    <section class="card map-list" aria-labelledby="in-view">
      <h2 id="in-view" aria-live="polite">
        {t("stations.in_view", { count: stations.length, number: number(stations.length) })}
      </h2>
      {stations.length === 0 && <p class="muted">{t("stations.in_view_none")}</p>}
      <ul>
        {stations.slice(0, MOST_LISTED).map((one) => (
          <li key={one.station_id}>
            <span class="station-name">
              <StationLink id={one.station_id} />
              {one.name && <span class="muted">{one.name}</span>}
            </span>
            <Status value={one.status} />
            <button
              type="button"
              class="button quiet"
              aria-label={t("stations.show_on_map", { station_id: one.station_id })}
              onClick={() => open(one.station_id)}
            >
              <span aria-hidden="true">◎</span>
            </button>
          </li>
        ))}
      </ul>
      {stations.length > MOST_LISTED && (
        <p class="muted">{t("stations.in_view_more", { count: MOST_LISTED })}</p>
      )}
    </section>
  );
}

function popup(stations: readonly Position[], go: (path: string) => void): HTMLElement {
  const list = document.createElement("ul");
  list.className = "map-popup";
  list.append(...stations.slice(0, MOST_LISTED).map((one) => entry(one, go)));
  return list;
}

function entry({ station_id, name, status }: Position, go: (path: string) => void): HTMLElement {
  const content = document.createElement("li");
  const link = document.createElement("a");
  link.href = stationPath(station_id);
  link.textContent = station_id;
  // Leaflet keeps clicks in a popup to itself, so the router does not hear of them.
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(stationPath(station_id));
  };
  content.append(link);
  for (const text of [name, word("status", status)]) {
    if (!text) continue;
    const line = document.createElement("div");
    line.textContent = text;
    content.append(line);
  }
  return content;
}

const PROPERTIES: Readonly<Record<MapStatus, string>> = {
  available: "--accent",
  charging: "--info",
  faulted: "--danger",
  offline: "--muted",
};

/** A canvas knows no custom properties. */
function coloursOf(element: HTMLElement): Colours {
  const probe = document.createElement("span");
  element.append(probe);
  const resolved = (property: string) => {
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
  };
  const status = (one: MapStatus) => resolved(PROPERTIES[one]);
  const colours = {
    status: {
      available: status("available"),
      charging: status("charging"),
      faulted: status("faulted"),
      offline: status("offline"),
    },
    land: resolved("--surface"),
    border: resolved("--control-line"),
  };
  probe.remove();
  return colours;
}

/** Whenever light becomes dark, or the other way round. */
function onScheme(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", changed);
    chosen.disconnect();
  };
}
