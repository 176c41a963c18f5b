import { queries } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { StationLink, TransactionLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { lookAgainMs } from "./countdown.ts";
import { placeOf } from "./Reservations.tsx";

/** Until its station says otherwise, or it expires. */
const OPEN: readonly string[] = ["pending", "accepted"];

interface Properties {
  stationId: string;
  reservationId: number;
  close: () => void;
}

/** One reservation, and what its station said of it. */
export function ReservationDialog({ stationId, reservationId, close }: Properties) {
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/reservations/{reservation_id}",
    { params: { path: { station_id: stationId, reservation_id: reservationId } } },
    {
      refetchInterval: ({ state: { data } }) =>
        lookAgainMs(data && OPEN.includes(data.state) ? [data.expires_at] : [], Date.now()),
    },
  );
  useLive([stationId]);
  return (
    <Dialog title={t("reservations.one", { reservation_id: reservationId })} close={close}>
      <Async query={query}>
        {(one) => (
          <div class="stack">
            <p aria-live="polite">{t(`reservations.state_${one.state}`)}</p>
            <Facts
              facts={[
                [
                  t("reservations.state"),
                  <Status key="state" value={one.state} tone={one.state === "accepted" ? "good" : "calm"} />,
                ],
                [t("reservations.said"), one.status ? word("status", one.status) : t("reservations.not_yet")],
                [t("reservations.station"), <StationLink key="station" id={one.station_id} />],
                [t("reservations.evse"), placeOf(one)],
                [
                  t("reservations.token"),
                  <a
                    key="token"
                    class="mono words"
                    href={`/tokens?token=${encodeURIComponent(one.id_token)}`}
                  >
                    {one.id_token}
                  </a>,
                ],
                [t("reservations.group"), one.group_id],
                [t("reservations.until"), <Time key="until" at={one.expires_at} />],
                [
                  t("reservations.transaction"),
                  <TransactionLink key="transaction" id={one.transaction_id} />,
                ],
              ]}
            />
            <div class="row end">
              <button type="button" class="button primary" onClick={close}>
                {t("dialog.close")}
              </button>
            </div>
          </div>
        )}
      </Async>
    </Dialog>
  );
}
