/** What is known here of an identity that somebody looks for: who is online has no trouble. */
import { queries, type Schemas } from "../../api/client.ts";
import { StationLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";

const MOST = 5;
const LONGEST_SEARCH = 100;

export function Known({ stationId }: { stationId: string }) {
  const search = stationId.slice(0, LONGEST_SEARCH);
  const stations = queries.useQuery("get", "/stations", { params: { query: { search, limit: MOST } } });
  return (
    <section class="card" aria-labelledby="refused-known">
      <h2 id="refused-known">{t("refused.known", { id: stationId })}</h2>
      <Async query={stations}>
        {({ items, next_cursor: next }) =>
          items.length === 0 ? (
            <p class="muted">{t(next ? "refused.known_unsure" : "refused.known_none", { id: stationId })}</p>
          ) : (
            <ul class="refused-known">
              {items.map((station) => (
                <li key={station.station_id} class="row">
                  <StationLink id={station.station_id} />
                  <Status value={station.online ? "online" : "offline"} />
                  <LastSeen station={station} />
                </li>
              ))}
            </ul>
          )
        }
      </Async>
    </section>
  );
}

function LastSeen({ station }: { station: Schemas["Station"] }) {
  if (!station.last_seen_at) return <span class="muted">{t("refused.never_seen")}</span>;
  return (
    <span class="muted">
      {t("refused.last_seen")} <Ago at={station.last_seen_at} />
    </span>
  );
}
