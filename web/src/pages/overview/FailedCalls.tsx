/** The calls to stations that failed last. Plain rows: the table of lists would weigh on the first load. */
import { queries } from "../../api/client.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { StationLink } from "../../parts/links.tsx";
import { Pager } from "../../parts/Pager.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async, Empty } from "../../parts/states.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { Cut } from "./Cut.tsx";

const SHOWN = 6;

export function FailedCalls({ lastDay }: { lastDay: number }) {
  const paging = usePaging("failed calls");
  const shown = { params: { query: { limit: SHOWN, cursor: paging.cursor } } };
  const calls = queries.useQuery("get", "/failed-calls", shown, PAGED);
  return (
    <section class="card" aria-labelledby="overview-calls">
      <div class="card-head">
        <h2 id="overview-calls">{t("overview.failed_calls")}</h2>
        <span class="muted">{t("overview.failed_calls_day", { count: lastDay })}</span>
      </div>
      <Async query={calls}>
        {({ items, next_cursor: next }) => (
          <>
            {items.length === 0 ? (
              <Empty>{t("overview.failed_calls_none")}</Empty>
            ) : (
              <ul class="overview-rows">
                {items.map((call) => (
                  <li key={call.call_id}>
                    <span class="row">
                      <StationLink id={call.station_id} tab="calls">
                        {t("overview.call_to", { action: call.action, station: call.station_id })}
                      </StationLink>
                      <Status value={call.state} />
                      {call.error && <Cut>{call.error.description || call.error.code}</Cut>}
                    </span>
                    <span class="alert-when">
                      <Ago at={call.ended_at ?? call.created_at} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <Pager paging={paging} next={next} />
          </>
        )}
      </Async>
    </section>
  );
}
