/** What is wrong now: faults, alarms of monitors, refused connections, and what nothing could handle. */
import type { ComponentChildren } from "preact";
import { queries, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, type Paging, usePaging } from "../../api/pages.ts";
import { eventText } from "../../parts/eventText.ts";
import { StationLink } from "../../parts/links.tsx";
import { Pager } from "../../parts/Pager.tsx";
import { Async } from "../../parts/states.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { grouped } from "../refused/groups.ts";
import { Cut } from "./Cut.tsx";

const SHOWN = 5;
const LETTERS = 50;
/** Looking into the queues costs requests, and no event tells of a dead letter. */
const LETTERS_EVERY_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Who is refused dials again and again: so many handshakes are looked at for whom it is. */
const HANDSHAKES = { params: { query: { limit: 50 } } };

export function Alerts({ now }: { now: Schemas["Overview"] }) {
  const letters = useDeadLetters();
  const none = now.faults + now.alarms + now.refused_connections === 0 && !letters;
  return (
    <section class="card" aria-labelledby="overview-alerts">
      <h2 id="overview-alerts">{t("overview.alerts")}</h2>
      {none && <p class="muted">{t("overview.alerts_none")}</p>}
      {now.faults > 0 && <Faults count={now.faults} />}
      {now.alarms > 0 && <Alarms count={now.alarms} />}
      {now.refused_connections > 0 && <Refused count={now.refused_connections} at={now.at} />}
      {letters}
    </section>
  );
}

const few = ({ cursor }: Paging) => ({ params: { query: { limit: SHOWN, cursor } } });

function Faults({ count }: { count: number }) {
  const paging = usePaging("faults");
  const faults = queries.useQuery("get", "/faults", few(paging), PAGED);
  return (
    <Kind
      title={t("overview.faults_title", { count })}
      tone="danger"
      path="/stations?status=faulted"
      link={t("overview.faulted_stations")}
    >
      <Async query={faults}>
        {({ items, next_cursor: next }) => (
          <>
            <ul>
              {items.map((fault) => (
                <Alert
                  key={`${fault.station_id} ${fault.evse_id} ${fault.connector_id}`}
                  stationId={fault.station_id}
                  since={fault.since}
                  more={fault.info ?? fault.vendor_error_code}
                >
                  {eventText("fault.raised", fault)}
                </Alert>
              ))}
            </ul>
            <Pager paging={paging} next={next} />
          </>
        )}
      </Async>
    </Kind>
  );
}

function Alarms({ count }: { count: number }) {
  const paging = usePaging("alarms");
  const alarms = queries.useQuery("get", "/alarms", few(paging), PAGED);
  return (
    <Kind title={t("overview.alarms_title", { count })} tone="danger">
      <Async query={alarms}>
        {({ items, next_cursor: next }) => (
          <>
            <ul>
              {items.map((alarm) => (
                <Alert
                  key={`${alarm.station_id} ${alarm.component} ${alarm.component_instance} ${alarm.evse_id} ${alarm.variable} ${alarm.monitor_id}`}
                  stationId={alarm.station_id}
                  since={alarm.raised_at}
                  more={alarm.tech_info}
                >
                  {eventText("alarm.raised", alarm)}
                </Alert>
              ))}
            </ul>
            <Pager paging={paging} next={next} />
          </>
        )}
      </Async>
    </Kind>
  );
}

function Refused({ count, at }: { count: number; at: string }) {
  const refused = queries.useQuery("get", "/refused-connections", HANDSHAKES, PAGED);
  const from = new Date(at).getTime() - DAY_MS;
  return (
    <Kind
      title={t("overview.refused_title", { count })}
      tone="warning"
      path="/refused"
      link={t("overview.why")}
    >
      <Async query={refused}>
        {({ items }) => (
          <ul>
            {grouped(items.filter((one) => new Date(one.at).getTime() >= from))
              .slice(0, SHOWN)
              .map(({ key, stationId, dialled, code, count: times, lastAt }) => (
                <li key={key}>
                  <span>
                    <strong>{stationId ?? dialled}</strong> {eventText("connection.refused", { code })}
                    {times > 1 && <span class="muted"> · {t("overview.again")}</span>}
                  </span>
                  <span class="alert-when">
                    <Ago at={lastAt} />
                  </span>
                </li>
              ))}
          </ul>
        )}
      </Async>
    </Kind>
  );
}

/** For whom may see them; nothing if there are none. */
function useDeadLetters(): ComponentChildren {
  const letters = queries.useQuery(
    "get",
    "/dead-letters",
    { params: { query: { limit: LETTERS } } },
    { enabled: useMay("admin"), staleTime: LETTERS_EVERY_MS },
  ).data;
  const count = letters?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <Kind title={t("overview.letters_title")} tone="warning">
      <ul>
        <li>
          <span>
            {t(letters?.next_cursor ? "overview.letters_more" : "overview.letters", { count })}
            {". "}
            {t("overview.letters_help", { command: "idlewatt dead-letters list" })}
          </span>
          <span class="alert-when">
            <Ago at={letters?.items[0]?.at} />
          </span>
        </li>
      </ul>
    </Kind>
  );
}

interface KindProperties {
  title: string;
  tone: "warning" | "danger";
  path?: string;
  link?: string;
  children: ComponentChildren;
}

function Kind({ title, tone, path, link, children }: KindProperties) {
  return (
    <div class="alerts" data-tone={tone}>
      <div class="card-head">
        <h3>{title}</h3>
        {path && <a href={path}>{link}</a>}
      </div>
      {children}
    </div>
  );
}

interface AlertProperties {
  stationId: string;
  since: string;
  more: string | null;
  children: ComponentChildren;
}

function Alert({ stationId, since, more, children }: AlertProperties) {
  return (
    <li>
      <span>
        <StationLink id={stationId} /> {children}
        {more && <Cut>{more}</Cut>}
      </span>
      <span class="alert-when">
        <Ago at={since} />
      </span>
    </li>
  );
}
