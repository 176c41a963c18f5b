import { api, refresh, type Schemas } from "../../api/client.ts";
import { Confirm } from "../../parts/Dialog.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";

type Reservation = Schemas["Reservation"];

interface Properties {
  reservation: Reservation;
  close: () => void;
  /** The station has been asked. */
  asked: (reservation: Reservation) => void;
}

export function CancelReservation({ reservation, close, asked }: Properties) {
  const { station_id, reservation_id, id_token } = reservation;
  const cancel = async () => {
    await api.DELETE("/stations/{station_id}/reservations/{reservation_id}", {
      params: { path: { station_id, reservation_id } },
    });
    asked(reservation);
    await refresh("/reservations", "/stations");
  };
  return (
    <Confirm
      title={t("reservations.cancel_title", { station_id })}
      action={t("reservations.cancel_it")}
      run={() => attempt(cancel, t("reservations.cancel_asked", { station_id }))}
      close={close}
    >
      {t("reservations.cancel_text", { id_token })}
    </Confirm>
  );
}
