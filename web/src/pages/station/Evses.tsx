/** A station's EVSEs and connectors as they are now, and what may be done with each. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { Status } from "../../parts/Status.tsx";
import { Empty } from "../../parts/states.tsx";
import { Ago } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { AvailabilityDialog, StartDialog, UnlockDialog } from "./Actions.tsx";
import { evseName } from "./names.ts";
import { type Place, type Station, speaks16 } from "./orders.ts";

type Connector = Schemas["Connector"];
type Wish = Schemas["WishedAvailability"];

const NO_ERROR = "NoError";

interface Asked {
  what: "start" | "unlock" | "availability";
  place: Place;
}

export function Evses({ station }: { station: Station }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  if (station.evses.length === 0) return <Empty>{t("station.no_evses")}</Empty>;
  return (
    <>
      <div class="station-evses">
        {station.evses.map((evse) => (
          <section key={evse.evse_id} class="card" aria-label={evseName(station, evse.evse_id)}>
            <div class="card-head">
              <h3>{evseName(station, evse.evse_id)}</h3>
              {evse.availability && <Status value={evse.availability.status} />}
            </div>
            {evse.connectors.map((connector) => (
              <ConnectorState
                key={connector.connector_id}
                connector={connector}
                name={
                  speaks16(station) ? undefined : t("station.connector", { number: connector.connector_id })
                }
                ask={(what) =>
                  setAsked({ what, place: { evseId: evse.evse_id, connectorId: connector.connector_id } })
                }
              />
            ))}
          </section>
        ))}
      </div>
      {asked?.what === "start" && <StartDialog station={station} place={asked.place} close={close} />}
      {asked?.what === "unlock" && <UnlockDialog station={station} place={asked.place} close={close} />}
      {asked?.what === "availability" && (
        <AvailabilityDialog station={station} place={asked.place} close={close} />
      )}
    </>
  );
}

interface ConnectorProperties {
  connector: Connector;
  name: string | undefined;
  ask: (what: Asked["what"]) => void;
}

function ConnectorState({ connector, name, ask }: ConnectorProperties) {
  const mayAct = useMay("operator");
  const shown = connector.reported_status ?? connector.status;
  const extra = [connector.vendor_error_code, connector.info, connector.vendor_id]
    .filter(Boolean)
    .join(" · ");
  return (
    <div class="stack" aria-live="polite">
      <div class="row">
        {name && <span>{name}</span>}
        <Status value={shown} />
        <span class="muted">
          {t("station.since")} <Ago at={connector.changed_at} />
        </span>
      </div>
      {connector.error_code !== NO_ERROR && (
        <div class="notice" data-tone={connector.status === "Faulted" ? "danger" : "warning"}>
          <strong>{connector.error_code}</strong>
          {extra && <span>{extra}</span>}
        </div>
      )}
      {connector.error_code === NO_ERROR && extra && <span class="muted station-words">{extra}</span>}
      <Wished wish={connector.wished_availability} />
      {mayAct && (
        <div class="row">
          <button type="button" class="button" onClick={() => ask("start")}>
            {t("station.start")}
          </button>
          <button type="button" class="button" onClick={() => ask("unlock")}>
            {t("station.unlock")}
          </button>
          <button type="button" class="button" onClick={() => ask("availability")}>
            {t("station.availability")}
          </button>
        </div>
      )}
    </div>
  );
}

/** The availability that an operator asked for, as long as the station has not reached it, or it is out of service. */
export function Wished({ wish }: { wish: Wish | null }) {
  if (!wish || (wish.state === "met" && wish.availability === "Operative")) return null;
  return (
    <span class="muted">
      {t(`station.wished_${wish.availability}`)} · {t(`station.wish_${wish.state}`)} ·{" "}
      <Ago at={wish.asked_at} />
    </span>
  );
}
