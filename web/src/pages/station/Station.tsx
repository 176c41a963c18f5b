/** One station: what it is in the head, everything else in tabs. */
import { lazy, Suspense } from "preact/compat";
import { ApiError, queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { stationPath } from "../../parts/links.tsx";
import { Page } from "../../parts/Page.tsx";
import { Status } from "../../parts/Status.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { NotFound } from "../NotFound.tsx";
import { hasNeverConnected, NeverConnected, refusalsOf } from "./NeverConnected.tsx";
import Overview from "./Overview.tsx";
import { speaks16 } from "./orders.ts";
import "./station.css";

type Station = Schemas["Station"];

const Calls = lazy(() => import("./Calls.tsx"));
const Certificates = lazy(() => import("./Certificates.tsx"));
const Configuration = lazy(() => import("./Configuration.tsx"));
const DeviceModel = lazy(() => import("./DeviceModel.tsx"));
const History = lazy(() => import("./History.tsx"));
const Lists = lazy(() => import("./Lists.tsx"));
const Messages = lazy(() => import("./Messages.tsx"));
const Profiles = lazy(() => import("./Profiles.tsx"));
const Software = lazy(() => import("./Software.tsx"));
const Settings = lazy(() => import("./Settings.tsx"));

const TABS = [
  "overview",
  "calls",
  "messages",
  "configuration",
  "profiles",
  "firmware",
  "certificates",
  "history",
  "lists",
  "settings",
] as const;
type Tab = (typeof TABS)[number];

const NOT_FOUND = 404;

const PANELS = {
  overview: () => Overview,
  calls: () => Calls,
  messages: () => Messages,
  configuration: (station: Station) => (speaks16(station) ? Configuration : DeviceModel),
  profiles: () => Profiles,
  firmware: () => Software,
  certificates: () => Certificates,
  history: () => History,
  lists: () => Lists,
  settings: () => Settings,
} satisfies Record<Tab, unknown>;

const isTab = (text: string): text is Tab => (TABS as readonly string[]).includes(text);

interface Properties {
  stationId: string;
  tab?: string;
}

export default function StationPage({ stationId, tab = "overview" }: Properties) {
  useLive([stationId]);
  const { data, error, refetch } = queries.useQuery("get", "/stations/{station_id}", {
    params: { path: { station_id: stationId } },
  });
  if (!isTab(tab)) return <NotFound />;
  if (error instanceof ApiError && error.status === NOT_FOUND) return <Gone stationId={stationId} />;
  return (
    <Page title={data?.name ?? stationId} about={data && <Head station={data} />}>
      {data && (
        <>
          <Warnings station={data} />
          {hasNeverConnected(data) && <NeverConnected station={data} />}
          <Tabs
            label={t("station.views")}
            tabs={TABS.map((one) => ({ path: tabPath(stationId, one), text: tabName(data, one) }))}
            current={tabPath(stationId, tab)}
          />
          <Suspense key={tab} fallback={<Loading />}>
            <Panel station={data} tab={tab} />
          </Suspense>
        </>
      )}
      {!data && (error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />)}
    </Page>
  );
}

/** It is not known, or was deleted while somebody looked at it. */
function Gone({ stationId }: { stationId: string }) {
  return (
    <Page title={stationId}>
      <Empty>
        {t("station.gone")} <a href="/stations">{t("nav.stations")}</a> ·{" "}
        <a href={refusalsOf(stationId)}>{t("nav.refused")}</a>
      </Empty>
    </Page>
  );
}

function Panel({ station, tab }: { station: Station; tab: Tab }) {
  const Shown = PANELS[tab](station);
  return <Shown station={station} />;
}

const tabPath = (stationId: string, tab: Tab) => stationPath(stationId, tab === "overview" ? "" : tab);

function tabName(station: Station, tab: Tab): string {
  if (tab === "configuration" && !speaks16(station)) return t("station.tab_variables");
  return t(`station.tab_${tab}`);
}

function Head({ station }: { station: Station }) {
  const product = [station.vendor, station.model].filter(Boolean).join(" ");
  return (
    <span class="row station-words" aria-live="polite">
      <Status value={station.online ? "online" : "offline"} />
      {hasNeverConnected(station) ? (
        <span>{t("station.never_connected")}</span>
      ) : (
        <span>
          {t("station.since")} <Ago at={station.online ? station.connected_at : station.disconnected_at} />
        </span>
      )}
      {station.registration !== "Accepted" && <Status value={station.registration} />}
      {station.name && <span class="mono">{station.station_id}</span>}
      {product && <span>{product}</span>}
      {station.ocpp_version && <span>OCPP {station.ocpp_version}</span>}
    </span>
  );
}

function Warnings({ station }: { station: Station }) {
  if (station.warnings.length === 0) return null;
  return (
    <div class="notice" data-tone="warning">
      {station.warnings.map((warning) => (
        <span key={warning}>{warning}</span>
      ))}
    </div>
  );
}
