import { useState } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Page } from "../../parts/Page.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { CancelReservation } from "./CancelReservation.tsx";
import { CreateReservation } from "./CreateReservation.tsx";
import { lookAgainMs } from "./countdown.ts";
import { Left } from "./Left.tsx";
import { ReservationDialog } from "./ReservationDialog.tsx";

type Reservation = Schemas["Reservation"];

const SHOWN = 25;

/** EVSEs that are kept for somebody now, the first to expire first. */
export default function Reservations() {
  const { query: address, go } = useAddress();
  const [creating, setCreating] = useState(false);
  const [cancelled, setCancelled] = useState<Reservation>();
  const mayEdit = useMay("operator");
  const paging = usePaging("reservations");
  const query = queries.useQuery(
    "get",
    "/reservations",
    { params: { query: { limit: SHOWN, cursor: paging.cursor } } },
    {
      ...PAGED,
      refetchInterval: ({ state }) =>
        lookAgainMs(state.data?.items.map((one) => one.expires_at) ?? [], Date.now()),
    },
  );
  const items = query.data?.items ?? [];
  // A list that is not full may get new ones, which only the events of all stations tell.
  useLive(items.length === SHOWN ? [...new Set(items.map((one) => one.station_id))] : null);
  const show = ({ station_id, reservation_id }: Reservation) =>
    go({ station: station_id, reservation: String(reservation_id) });
  const columns: Column<Reservation>[] = [
    { id: "station", header: t("reservations.station"), cell: (row) => <StationLink id={row.station_id} /> },
    { id: "evse", header: t("reservations.evse"), cell: placeOf },
    {
      id: "token",
      header: t("reservations.token"),
      cell: (row) => (
        <a class="mono" href={`/tokens?token=${encodeURIComponent(row.id_token)}`}>
          {row.id_token}
        </a>
      ),
    },
    {
      id: "state",
      header: t("reservations.state"),
      cell: (row) => <Status value={row.state} tone={row.state === "accepted" ? "good" : "warning"} />,
    },
    {
      id: "left",
      header: t("reservations.left"),
      cell: (row) => <Left until={row.expires_at} />,
      numeric: true,
    },
    { id: "until", header: t("reservations.until"), cell: (row) => <Time at={row.expires_at} /> },
  ];
  if (mayEdit)
    columns.push({
      id: "actions",
      header: t("reservations.actions"),
      cell: (row) => (
        <button type="button" class="button danger" onClick={() => setCancelled(row)}>
          {t("reservations.cancel")}
        </button>
      ),
    });
  const create = mayEdit && (
    <button type="button" class="button primary" onClick={() => setCreating(true)}>
      {t("reservations.create")}
    </button>
  );
  const { station, reservation } = address;
  return (
    <Page title={t("nav.reservations")} about={t("reservations.about")} actions={create}>
      <DataTable
        caption={t("nav.reservations")}
        columns={columns}
        query={query}
        rowId={(row) => `${row.station_id} ${row.reservation_id}`}
        paging={paging}
        empty={t("reservations.none")}
      />
      {creating && <CreateReservation close={() => setCreating(false)} made={show} />}
      {cancelled && (
        <CancelReservation reservation={cancelled} close={() => setCancelled(undefined)} asked={show} />
      )}
      {station && reservation && (
        <ReservationDialog
          key={`${station} ${reservation}`}
          stationId={station}
          reservationId={Number(reservation)}
          close={() => go({ station: undefined, reservation: undefined })}
        />
      )}
    </Page>
  );
}

export function placeOf({ evse_id, connector_type }: Reservation): string {
  const place = evse_id === 0 ? t("reservations.any") : String(evse_id);
  return connector_type ? `${place} (${connector_type})` : place;
}
