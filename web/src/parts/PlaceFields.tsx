/** Where a station stands: both or neither. */
import { t } from "../texts/index.ts";
import { TextField } from "./fields.tsx";

interface Properties {
  latitude: string;
  longitude: string;
  setLatitude: (degrees: string) => void;
  setLongitude: (degrees: string) => void;
  /** What is wrong with a field of the request. */
  wrong: (path: string) => string | undefined;
}

export function PlaceFields({ latitude, longitude, setLatitude, setLongitude, wrong }: Properties) {
  const degrees = { type: "number", step: "any" } as const;
  return (
    <>
      <TextField
        {...degrees}
        label={t("place.latitude")}
        min={-90}
        max={90}
        value={latitude}
        required={longitude !== ""}
        wrong={wrong("latitude")}
        change={setLatitude}
      />
      <TextField
        {...degrees}
        label={t("place.longitude")}
        min={-180}
        max={180}
        value={longitude}
        required={latitude !== ""}
        wrong={wrong("longitude")}
        change={setLongitude}
      />
    </>
  );
}
