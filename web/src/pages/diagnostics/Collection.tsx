/** One collection of logs, live: how far each station has come, and the files that are here. */
import { useMemo, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { api, queries, refresh, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { number } from "../../format.ts";
import { Confirm } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { Page } from "../../parts/Page.tsx";
import { StateBar } from "../../parts/StateBar.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { Logs } from "./Logs.tsx";
import "./diagnostics.css";

type Detail = Schemas["DiagnosticsWithStations"];

export default function Collection() {
  const { diagnosticsId = "" } = useRoute().params;
  const query = queries.useQuery("get", "/diagnostics/{diagnostics_id}", {
    params: { path: { diagnostics_id: diagnosticsId } },
  });
  const found = query.data;
  const stationIds = useMemo(() => found?.stations.map((one) => one.station_id) ?? [], [found]);
  useLive(stationIds);
  return (
    <Page
      title={found ? t("diagnostics.one", { log: word("log_type", found.log_type) }) : t("nav.diagnostics")}
      about={
        found && (
          <span class="row" aria-live="polite">
            <Status value={found.state} />
          </span>
        )
      }
      actions={found?.state === "running" && <Cancel diagnosticsId={diagnosticsId} />}
    >
      <Async query={query}>{(collection) => <Shown collection={collection} />}</Async>
    </Page>
  );
}

function Shown({ collection }: { collection: Detail }) {
  const { by_state: counts, total } = collection;
  return (
    <>
      <section class="card" aria-labelledby="collection-progress">
        <div class="card-head">
          <h2 id="collection-progress">{t("diagnostics.progress")}</h2>
          <strong>{t("diagnostics.have", { number: number(counts.succeeded), total: number(total) })}</strong>
        </div>
        <StateBar label={t("diagnostics.progress")} counts={counts} />
      </section>
      <Logs diagnosticsId={collection.diagnostics_id} />
      <section class="card" aria-labelledby="collection-order">
        <h2 id="collection-order">{t("diagnostics.order")}</h2>
        <Facts
          facts={[
            [t("diagnostics.log_type"), word("log_type", collection.log_type)],
            [
              t("diagnostics.from"),
              collection.oldest_at ? (
                <Time key="from" at={collection.oldest_at} />
              ) : (
                t("diagnostics.from_hint")
              ),
            ],
            [
              t("diagnostics.to"),
              collection.latest_at ? <Time key="to" at={collection.latest_at} /> : t("diagnostics.to_hint"),
            ],
            [t("diagnostics.attempts"), number(collection.attempts)],
            [t("diagnostics.most"), `${number(collection.most_mib)} MiB`],
            [t("diagnostics.asked"), <Time key="asked" at={collection.created_at} />],
            [t("diagnostics.by"), collection.requested_by],
            [t("diagnostics.cancelled"), <Time key="cancelled" at={collection.cancelled_at} />],
          ]}
        />
      </section>
    </>
  );
}

function Cancel({ diagnosticsId }: { diagnosticsId: string }) {
  const [asking, setAsking] = useState(false);
  if (!useMay("operator")) return null;
  const run = () =>
    attempt(async () => {
      const params = { path: { diagnostics_id: diagnosticsId } };
      await api.DELETE("/diagnostics/{diagnostics_id}", { params });
      await refresh("/diagnostics");
    }, t("diagnostics.cancel_done"));
  return (
    <>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        {t("diagnostics.cancel")}
      </button>
      {asking && (
        <Confirm
          danger
          title={t("diagnostics.cancel_title")}
          action={t("diagnostics.cancel")}
          run={run}
          close={() => setAsking(false)}
        >
          {t("diagnostics.cancel_about")}
        </Confirm>
      )}
    </>
  );
}
