import { useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { useMay } from "../../api/me.ts";
import { useAddress } from "../../parts/address.ts";
import { Page } from "../../parts/Page.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { t } from "../../texts/index.ts";
import { CreateStation } from "./CreateStation.tsx";
import { JobDialog } from "./JobDialog.tsx";
import { Jobs } from "./Jobs.tsx";
import { StationTable } from "./StationTable.tsx";
import "./stations.css";

const StationMap = lazy(() => import("./StationMap.tsx"));

const TABLE = "/stations";
const MAP = "/stations?view=map";
const JOBS = "/stations?view=calls";

/** All stations: as a table, on a map, and what many of them were sent at once. */
export default function Stations() {
  const address = useAddress();
  const { view, job, add } = address.query;
  const [creating, setCreating] = useState(false);
  const mayCreate = useMay("admin");
  const create = mayCreate && (
    <button type="button" class="button primary" onClick={() => setCreating(true)}>
      {t("stations.create")}
    </button>
  );
  return (
    <Page title={t("nav.stations")} actions={create}>
      <Tabs
        label={t("nav.stations")}
        current={view === "map" ? MAP : view === "calls" ? JOBS : TABLE}
        tabs={[
          { path: TABLE, text: t("stations.table") },
          { path: MAP, text: t("stations.map") },
          { path: JOBS, text: t("stations.jobs") },
        ]}
      />
      {view === "map" ? <StationMap /> : view === "calls" ? <Jobs /> : <StationTable />}
      {mayCreate && (creating || add !== undefined) && (
        <CreateStation
          stationId={add}
          close={() => {
            setCreating(false);
            if (add !== undefined) address.go({ add: undefined }, true);
          }}
        />
      )}
      {job && <JobDialog key={job} jobId={job} close={() => address.go({ job: undefined }, true)} />}
    </Page>
  );
}
