/** The reports of a station of OCPP 2.x, which come page by page. */
import { useState } from "preact/hooks";
import { api, queries, type Schemas } from "../../api/client.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField } from "../../parts/fields.tsx";
import { Status } from "../../parts/Status.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import type { Station } from "./orders.ts";
import { tell } from "./told.ts";

type Report = Schemas["StationReport"];
const BASES = ["FullInventory", "ConfigurationInventory", "SummaryInventory"] as const;
const LIMIT = 10;
/** The live feed tells of no page of a report. */
const POLL_EVERY_MS = 3_000;
const UNDER_WAY: readonly string[] = ["open", "partial"];

export function Reports({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/reports",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    {
      ...PAGED,
      refetchInterval: ({ state }) =>
        state.data?.items.some((one) => UNDER_WAY.includes(one.state)) ? POLL_EVERY_MS : false,
    },
  );
  return (
    <section class="stack">
      <h2>{t("station.reports")}</h2>
      <DataTable
        caption={t("station.reports")}
        columns={COLUMNS()}
        query={query}
        rowId={(one) => String(one.request_id)}
        paging={paging}
        empty={t("station.reports_none")}
      />
    </section>
  );
}

const COLUMNS = (): Column<Report>[] => [
  { id: "asked", header: t("station.asked_at"), cell: (one) => <Time at={one.requested_at} /> },
  { id: "kind", header: t("station.kind"), cell: (one) => one.kind },
  { id: "state", header: t("station.state"), cell: (one) => <Status value={one.state} /> },
  {
    id: "pages",
    header: t("station.pages"),
    cell: (one) =>
      one.missing.length > 0
        ? `${one.pages} (${t("station.missing", { count: one.missing.length })})`
        : one.pages,
    numeric: true,
  },
  { id: "last", header: t("station.last_page_at"), cell: (one) => <Time at={one.last_page_at} /> },
];

export function ReportDialog({ station, close }: { station: Station; close: () => void }) {
  const [base, setBase] = useState<(typeof BASES)[number]>("FullInventory");
  const { busy, error, submit } = useSubmit(async (header) => {
    const { data } = await api.POST("/stations/{station_id}/variables/refresh", {
      params: { path: { station_id: station.station_id }, header },
      body: { report_base: base },
    });
    tell(t("station.refresh_asked"), data);
    close();
  });
  return (
    <Dialog title={t("station.ask_report")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.ask_report_about")}</p>
        <SelectField
          label={t("station.report_base")}
          value={base}
          change={(value) => setBase(BASES.find((one) => one === value) ?? base)}
          options={BASES.map((value) => ({ value, text: word("report_base", value) }))}
        />
        <FormEnd busy={busy} error={error} action={t("station.ask_report")} close={close} />
      </form>
    </Dialog>
  );
}
