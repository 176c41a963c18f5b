/** The reservations at a station, and the list of tokens that it knows by itself. */
import { useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { yesNo } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Confirm, Dialog } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { AreaField } from "../../parts/fields.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { placeName } from "./names.ts";
import type { Station } from "./orders.ts";
import { ReserveDialog } from "./ReserveDialog.tsx";
import { tell } from "./told.ts";

type Reservation = Schemas["Reservation"];
type Entry = Schemas["LocalListEntry"];

const LIMIT = 10;
const MOST_ENTRIES = 100;
const OPEN: readonly Reservation["state"][] = ["pending", "accepted"];

export default function Lists({ station }: { station: Station }) {
  return (
    <>
      <Reservations station={station} />
      <LocalList station={station} />
    </>
  );
}

function Reservations({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const mayAct = useMay("operator");
  const [reserving, setReserving] = useState(false);
  const [cancelling, setCancelling] = useState<Reservation>();
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/reservations",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  const cancel = async (one: Reservation) => {
    const { data } = await api.DELETE("/stations/{station_id}/reservations/{reservation_id}", {
      params: { path: { ...path, reservation_id: one.reservation_id } },
    });
    tell(t("station.cancel_asked"), data);
  };
  return (
    <section class="stack">
      <div class="card-head">
        <h2>{t("nav.reservations")}</h2>
        {mayAct && (
          <button type="button" class="button" onClick={() => setReserving(true)}>
            {t("station.reserve")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("nav.reservations")}
        columns={reservationColumns(station, mayAct ? setCancelling : undefined)}
        query={query}
        rowId={(one) => String(one.reservation_id)}
        paging={paging}
        empty={t("station.reservations_none")}
      />
      {reserving && <ReserveDialog station={station} close={() => setReserving(false)} />}
      {cancelling && (
        <Confirm
          title={t("station.cancel_reservation")}
          action={t("station.cancel_reservation")}
          run={() => attempt(() => cancel(cancelling))}
          close={() => setCancelling(undefined)}
        >
          {t("station.cancel_reservation_about", { token: cancelling.id_token })}
        </Confirm>
      )}
    </section>
  );
}

function reservationColumns(
  station: Station,
  cancel: ((one: Reservation) => void) | undefined,
): Column<Reservation>[] {
  return [
    {
      id: "token",
      header: t("station.id_token"),
      cell: (one) => <span class="mono station-words">{one.id_token}</span>,
    },
    {
      id: "where",
      header: t("station.where"),
      cell: (one) => placeName(station, { evseId: one.evse_id, connectorId: null }),
    },
    { id: "state", header: t("station.state"), cell: (one) => <Status value={one.state} /> },
    { id: "asked", header: t("station.asked_at"), cell: (one) => <Time at={one.requested_at} /> },
    { id: "expires", header: t("station.expires_at"), cell: (one) => <Time at={one.expires_at} /> },
    ...(cancel
      ? [
          {
            id: "cancel",
            header: t("station.cancel_reservation"),
            cell: (one: Reservation) =>
              OPEN.includes(one.state) ? (
                <button type="button" class="button" onClick={() => cancel(one)}>
                  {t("dialog.cancel")}
                  <span class="visually-hidden"> {one.reservation_id}</span>
                </button>
              ) : (
                "–"
              ),
          },
        ]
      : []),
  ];
}

function LocalList({ station }: { station: Station }) {
  const mayAct = useMay("operator");
  const [sending, setSending] = useState(false);
  const query = queries.useQuery("get", "/stations/{station_id}/local-list", {
    params: { path: { station_id: station.station_id } },
  });
  return (
    <section class="stack">
      <div class="card-head">
        <h2>{t("station.local_list")}</h2>
        {mayAct && query.data && (
          <button type="button" class="button" onClick={() => setSending(true)}>
            {t("station.send_list")}
          </button>
        )}
      </div>
      <Async query={query}>
        {(list) => (
          <>
            <div class="card">
              <Facts
                facts={[
                  [t("station.supported"), yesNo(list.supported)],
                  [t("station.version"), list.version],
                  [t("station.wished_version"), list.wished?.version],
                  [t("station.in_sync"), yesNo(list.in_sync)],
                ]}
              />
            </div>
            <DataTable
              caption={t("station.local_list")}
              columns={ENTRY_COLUMNS()}
              query={{ ...query, data: { items: shownOf(list), next_cursor: null } }}
              rowId={(one) => one.id_token}
              empty={t(isKnown(list) ? "station.local_list_none" : "station.local_list_unknown")}
            />
            {sending && (
              <SendDialog
                station={station}
                first={(list.wished?.entries ?? list.entries ?? []).map((one) => one.id_token)}
                close={() => setSending(false)}
              />
            )}
          </>
        )}
      </Async>
    </section>
  );
}

/** Whether anybody has said what the list is. */
const isKnown = (list: Schemas["LocalList"]): boolean =>
  list.supported === false || list.version !== null || list.wished !== null;

const shownOf = (list: Schemas["LocalList"]): Entry[] =>
  (list.entries ?? list.wished?.entries ?? []).slice(0, MOST_ENTRIES);

const ENTRY_COLUMNS = (): Column<Entry>[] => [
  {
    id: "token",
    header: t("station.id_token"),
    cell: (one) => <span class="mono station-words">{one.id_token}</span>,
  },
  { id: "status", header: t("station.state"), cell: (one) => word("token_status", one.status) },
  { id: "expires", header: t("station.expires_at"), cell: (one) => <Time at={one.expires_at} /> },
];

function SendDialog({
  station,
  first,
  close,
}: {
  station: Station;
  first: readonly string[];
  close: () => void;
}) {
  const [text, setText] = useState(first.join("\n"));
  const tokens = text.split("\n").map((one) => one.trim());
  const { busy, error, submit } = useSubmit(async () => {
    const { data } = await api.PUT("/stations/{station_id}/local-list", {
      params: { path: { station_id: station.station_id } },
      body: { id_tokens: tokens.filter(Boolean) },
    });
    tell(t("station.send_list_asked"), data);
    close();
  });
  return (
    <Dialog title={t("station.send_list")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.send_list_about")}</p>
        <AreaField label={t("station.id_tokens_lines")} value={text} change={setText} rows={8} />
        <FormEnd busy={busy} error={error} action={t("station.send_list")} close={close} />
      </form>
    </Dialog>
  );
}
