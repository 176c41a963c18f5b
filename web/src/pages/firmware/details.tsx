/** Whose stations firmware is for, and what proves that it is the manufacturer's. */
import type { Schemas } from "../../api/client.ts";
import { AreaField, TextField } from "../../parts/fields.tsx";
import { t } from "../../texts/index.ts";

const LONGEST = 255;

/** As they are typed. */
export interface Details {
  vendor: string;
  model: string;
  signature: string;
  certificate: string;
}

export const NO_DETAILS: Details = { vendor: "", model: "", signature: "", certificate: "" };

export const detailsKnown = (firmware: Schemas["Firmware"]): Details => ({
  vendor: firmware.vendor ?? "",
  model: firmware.model ?? "",
  signature: firmware.signature ?? "",
  certificate: firmware.signing_certificate ?? "",
});

/** As the API takes them; null: none. */
export const detailsOf = (details: Details): Schemas["FirmwareSettings"] => ({
  vendor: details.vendor.trim() || null,
  model: details.model.trim() || null,
  signature: details.signature.replace(/\s+/g, "") || null,
  signing_certificate: details.certificate.trim() || null,
});

interface Properties {
  details: Details;
  change: (details: Details) => void;
  wrong: (path: string) => string | undefined;
}

export function DetailFields({ details, change, wrong }: Properties) {
  const field = (name: keyof Details) => ({
    value: details[name],
    change: (value: string) => change({ ...details, [name]: value }),
  });
  return (
    <>
      <div class="columns">
        <TextField
          label={t("firmware.vendor")}
          hint={t("firmware.vendor_hint")}
          maxLength={LONGEST}
          {...field("vendor")}
        />
        <TextField label={t("firmware.model")} maxLength={LONGEST} {...field("model")} />
      </div>
      <details open={Boolean(details.signature || wrong("signature") || wrong("signing_certificate"))}>
        <summary>{t("firmware.signed")}</summary>
        <div class="stack">
          <AreaField
            label={t("firmware.signature")}
            hint={t("firmware.signature_hint")}
            wrong={wrong("signature")}
            {...field("signature")}
          />
          <AreaField
            label={t("firmware.certificate")}
            hint={t("firmware.certificate_hint")}
            wrong={wrong("signing_certificate")}
            {...field("certificate")}
          />
        </div>
      </details>
    </>
  );
}
