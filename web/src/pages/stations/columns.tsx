import type { Schemas } from "../../api/client.ts";
import { list } from "../../format.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { counted } from "./counted.ts";

type Station = Schemas["Station"];

interface Choice {
  has: (station: Station) => boolean;
  choose: (station: Station) => void;
}

const MOST_CONNECTORS = 4;

/** The columns of the table; the first is there if one may choose stations. */
export function columnsOf(sort: Column<Station>["sort"], choice: Choice | undefined): Column<Station>[] {
  const columns: Column<Station>[] = [
    {
      id: "station",
      header: t("stations.station"),
      cell: (row) => <Name station={row} />,
      ...(sort && { sort }),
    },
    {
      id: "online",
      header: t("stations.connection"),
      cell: (row) => <Status value={row.online ? "online" : "offline"} />,
    },
    { id: "connectors", header: t("stations.connectors"), cell: (row) => <Connectors station={row} /> },
    { id: "version", header: "OCPP", cell: (row) => row.ocpp_version ?? "–", wide: true },
    {
      id: "model",
      header: t("stations.model"),
      cell: (row) => <span class="cut">{[row.vendor, row.model].filter(Boolean).join(" ") || "–"}</span>,
      wide: true,
    },
    {
      id: "firmware",
      header: t("stations.firmware"),
      cell: (row) => <span class="cut">{row.firmware_version ?? "–"}</span>,
      wide: true,
    },
    { id: "seen", header: t("stations.seen"), cell: (row) => <Ago at={row.last_seen_at} /> },
  ];
  if (choice) columns.unshift(choiceColumn(choice));
  return columns;
}

function choiceColumn({ has, choose }: Choice): Column<Station> {
  return {
    id: "choice",
    header: t("stations.choice"),
    cell: (row) => (
      <input
        type="checkbox"
        class="choice"
        aria-label={t("stations.choose", { station_id: row.station_id })}
        checked={has(row)}
        onChange={() => choose(row)}
      />
    ),
  };
}

function Name({ station }: { station: Station }) {
  return (
    <span class="station-name">
      <StationLink id={station.station_id} />
      {station.name && <span class="muted">{station.name}</span>}
      {station.registration !== "Accepted" && <Status value={station.registration} />}
    </span>
  );
}

/** The status of each connector; of many, how many have which. */
function Connectors({ station }: { station: Station }) {
  const connectors = station.evses.flatMap((evse) =>
    evse.connectors.map((one) => ({
      ...one,
      place: placeOf(evse.evse_id, one.connector_id, evse.connectors.length),
    })),
  );
  if (connectors.length === 0) return <>–</>;
  if (connectors.length > MOST_CONNECTORS) {
    const parts = counted(connectors.map(wordOf));
    return (
      <span class="connectors" title={list(connectors.map((one) => one.place))}>
        {parts.map(([status, count]) => (
          <span key={status} class="nowrap">
            {count} × <Status value={status} />
          </span>
        ))}
      </span>
    );
  }
  return (
    <span class="connectors">
      {connectors.map((one) => (
        <span key={one.place} class="nowrap">
          <span class="muted">{one.place}</span> <Status value={wordOf(one)} />
        </span>
      ))}
    </span>
  );
}

/** In the station's own words: 1.6 tells more of an occupied connector (it charges, its vehicle pauses). */
function wordOf({ status, reported_status }: Schemas["Connector"]): string {
  return reported_status ?? status;
}

/** `2`, or `2.1` where an EVSE has several connectors. */
function placeOf(evseId: number, connectorId: number, count: number): string {
  return count > 1 ? `${evseId}.${connectorId}` : String(evseId);
}
