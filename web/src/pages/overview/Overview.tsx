import "./overview.css";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { ago, energy, number, power } from "../../format.ts";
import { Page } from "../../parts/Page.tsx";
import { Async } from "../../parts/states.tsx";
import { useNow } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { Alerts } from "./Alerts.tsx";
import { Campaigns } from "./Campaigns.tsx";
import { Day } from "./Day.tsx";
import { FailedCalls } from "./FailedCalls.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { Ticker } from "./Ticker.tsx";

type Now = Schemas["Overview"];

/** Samples come every five minutes without an event that would tell of them. */
const SAMPLED_EVERY_MS = 5 * 60_000;

export function Overview() {
  const since = useMidnight();
  const overview = queries.useQuery(
    "get",
    "/overview",
    { params: { query: { since } } },
    { refetchInterval: SAMPLED_EVERY_MS, placeholderData: keepPreviousData },
  );
  return (
    <Page title={t("nav.overview")}>
      <Async query={overview}>{(now) => <Figures now={now} />}</Async>
      <div class="overview-columns">
        <div class="stack">
          {/* Whether it could be read is said above. */}
          {overview.data && <Fleet now={overview.data} />}
        </div>
        <Ticker />
      </div>
    </Page>
  );
}

function Fleet({ now }: { now: Now }) {
  return (
    <>
      {now.stations.total === 0 && <FirstSteps />}
      <Alerts now={now} />
      {now.running_campaigns > 0 && <Campaigns />}
      <Day samples={now.samples} />
      <FailedCalls lastDay={now.failed_calls} />
    </>
  );
}

/** The beginning of today where the viewer is. */
function useMidnight(): string {
  const midnight = new Date(useNow(60_000)).setHours(0, 0, 0, 0);
  return useMemo(() => new Date(midnight).toISOString(), [midnight]);
}

function Figures({ now }: { now: Now }) {
  const { stations, samples } = now;
  const ofDay = samples.reduce((sum, sample) => sum + sample.energy_wh, 0);
  const all = t("overview.of_stations", { count: stations.total });
  const sampledAt = samples.at(-1)?.at;
  return (
    <section class="overview-figures" aria-label={t("overview.figures")}>
      <Figure name="online" value={stations.online} path="/stations?status=online" more={all} tone="good" />
      <Figure
        name="charging"
        value={stations.charging}
        path="/stations?status=charging"
        more={t("overview.stations", { count: stations.charging })}
        tone="busy"
      />
      <Figure
        name="faulted"
        value={stations.faulted}
        path="/stations?status=faulted"
        more={t("overview.faults", { count: now.faults })}
        tone="danger"
      />
      <Figure
        name="offline"
        value={stations.offline}
        path="/stations?status=offline"
        more={all}
        tone="warning"
      />
      <Figure
        name="transactions"
        value={now.active_transactions}
        path="/transactions?state=active"
        more={t("overview.running_now")}
      />
      <Figure
        name="power"
        value={power(now.power_w)}
        path="/transactions?state=active"
        more={
          now.power_w === null || !sampledAt
            ? t("overview.power_none")
            : t("overview.power_sampled", { ago: ago(sampledAt, new Date(now.at).getTime()) })
        }
      />
      <Figure
        name="energy"
        value={energy(now.energy_wh)}
        path="/transactions"
        more={t("overview.energy_day", { energy: energy(ofDay) })}
      />
    </section>
  );
}

interface FigureProperties {
  name: "online" | "charging" | "faulted" | "offline" | "transactions" | "power" | "energy";
  value: number | string;
  path: string;
  more: string;
  tone?: "good" | "busy" | "warning" | "danger";
}

/** A number that leads to what it counts. In colour only when there is something. */
function Figure({ name, value, path, more, tone }: FigureProperties) {
  return (
    <a class="figure" href={path} data-figure={name} data-tone={value === 0 ? undefined : tone}>
      <span>{t(`overview.${name}`)}</span>
      <strong>{typeof value === "number" ? number(value) : value}</strong>
      <span class="muted">{more}</span>
    </a>
  );
}
