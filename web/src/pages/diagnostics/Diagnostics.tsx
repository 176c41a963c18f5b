/** Collections of stations' logs, newest first. */
import { useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { number } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Page } from "../../parts/Page.tsx";
import { StateBar } from "../../parts/StateBar.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { CollectDialog } from "./CollectDialog.tsx";
import "./diagnostics.css";

const LIMIT = 25;

const collectionPath = (id: string) => `/diagnostics/${encodeURIComponent(id)}`;

export default function Diagnostics() {
  const { route } = useLocation();
  const mayAct = useMay("operator");
  const [collecting, setCollecting] = useState(false);
  const paging = usePaging("diagnostics");
  const columns = useMemo(() => COLUMNS(), []);
  const query = queries.useQuery(
    "get",
    "/diagnostics",
    { params: { query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  useLive(null);
  return (
    <Page
      title={t("nav.diagnostics")}
      about={t("diagnostics.about")}
      actions={
        mayAct && (
          <button type="button" class="button primary" onClick={() => setCollecting(true)}>
            {t("diagnostics.collect")}
          </button>
        )
      }
    >
      <DataTable
        caption={t("diagnostics.collections")}
        columns={columns}
        query={query}
        rowId={(row) => row.diagnostics_id}
        paging={paging}
        empty={t(mayAct ? "diagnostics.none" : "diagnostics.none_to_see")}
      />
      {collecting && (
        <CollectDialog close={() => setCollecting(false)} begun={(id) => route(collectionPath(id))} />
      )}
    </Page>
  );
}

const COLUMNS = (): Column<Schemas["Diagnostics"]>[] => [
  {
    id: "created",
    header: t("diagnostics.asked"),
    cell: (row) => (
      <a class="nowrap" href={collectionPath(row.diagnostics_id)}>
        <Time at={row.created_at} />
      </a>
    ),
  },
  { id: "log", header: t("diagnostics.log"), cell: (row) => word("log_type", row.log_type) },
  { id: "state", header: t("diagnostics.state"), cell: (row) => <Status value={row.state} /> },
  {
    id: "progress",
    header: t("diagnostics.progress"),
    cell: (row) => (
      <div class="diagnostics-progress">
        <StateBar label={t("diagnostics.progress")} counts={row.by_state} bare />
      </div>
    ),
  },
  {
    id: "stations",
    header: t("diagnostics.stations"),
    numeric: true,
    cell: (row) =>
      t("diagnostics.have", { number: number(row.by_state.succeeded), total: number(row.total) }),
  },
  {
    id: "by",
    header: t("diagnostics.by"),
    cell: (row) => <span class="words">{row.requested_by ?? "–"}</span>,
  },
];
