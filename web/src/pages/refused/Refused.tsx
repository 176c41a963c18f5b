import "./refused.css";
import { useMemo } from "preact/hooks";
import { queries } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { Page } from "../../parts/Page.tsx";
import { Pager } from "../../parts/Pager.tsx";
import { SearchField } from "../../parts/SearchField.tsx";
import { Async, Empty } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import { Checklist } from "./Checklist.tsx";
import { grouped } from "./groups.ts";
import { Known } from "./Known.tsx";
import { Refusal } from "./Refusal.tsx";

const LIMIT = 50;
const KEPT = { staleTime: Number.POSITIVE_INFINITY };

export default function Refused() {
  const { query, go } = useAddress();
  const stationId = query.station_id?.trim() ?? "";
  return (
    <Page title={t("nav.refused")} about={t("refused.about")}>
      <search class="filters">
        <SearchField
          label={t("refused.station_id")}
          value={stationId}
          change={(wanted) => go({ station_id: wanted.trim() }, true)}
          maxLength={255}
        />
      </search>
      {stationId && <Known stationId={stationId} />}
      <div class="refused-columns">
        <Refusals stationId={stationId} />
        <Checklist stationId={stationId} />
      </div>
    </Page>
  );
}

function Refusals({ stationId }: { stationId: string }) {
  const paging = usePaging(stationId);
  useLive(null);
  const filter = stationId ? { station_id: stationId } : {};
  const refused = queries.useQuery(
    "get",
    "/refused-connections",
    { params: { query: { ...filter, limit: LIMIT, cursor: paging.cursor } } },
    PAGED,
  );
  const onboarding = queries.useQuery("get", "/system", undefined, KEPT).data?.onboarding;
  const groups = useMemo(() => grouped(refused.data?.items ?? []), [refused.data]);
  return (
    <section class="stack" aria-labelledby="refused-recent">
      <h2 id="refused-recent">{t("refused.recent")}</h2>
      <Async query={refused}>
        {({ next_cursor: next }) => (
          <>
            {groups.length === 0 && (
              <Empty>{t(stationId ? "refused.none_of_station" : "refused.none", { id: stationId })}</Empty>
            )}
            {groups.map((group, index) => (
              <Refusal key={group.key} group={group} onboarding={onboarding} open={index === 0} />
            ))}
            <Pager paging={paging} next={next} />
          </>
        )}
      </Async>
    </section>
  );
}
