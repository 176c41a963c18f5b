import { queries, type Schemas } from "../../api/client.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { number } from "../../format.ts";
import { useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { endedOf } from "./JobDialog.tsx";

type Job = Schemas["Job"];

/** Calls to many stations at once, newest first. */
export function Jobs() {
  const address = useAddress();
  const paging = usePaging("jobs");
  const query = queries.useQuery(
    "get",
    "/jobs",
    { params: { query: { limit: 25, cursor: paging.cursor } } },
    PAGED,
  );
  const columns: Column<Job>[] = [
    {
      id: "action",
      header: t("stations.action"),
      cell: (row) => <a href={address.at({ job: row.job_id })}>{row.action}</a>,
    },
    {
      id: "state",
      header: t("stations.state"),
      cell: (row) => <Status value={row.state} tone={row.state === "done" ? "good" : "busy"} />,
    },
    {
      id: "stations",
      header: t("stations.job_ended"),
      cell: (row) => `${number(endedOf(row))} / ${number(row.total)}`,
      numeric: true,
    },
    { id: "made", header: t("stations.job_made"), cell: (row) => <Time at={row.created_at} /> },
    { id: "by", header: t("stations.job_by"), cell: (row) => row.requested_by ?? "–" },
  ];
  return (
    <DataTable
      caption={t("stations.jobs")}
      columns={columns}
      query={query}
      rowId={(row) => row.job_id}
      paging={paging}
      empty={t("stations.no_jobs")}
    />
  );
}
