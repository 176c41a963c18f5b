import { queries } from "../../api/client.ts";
import { AreaField, SelectField, TextField } from "../../parts/fields.tsx";
import { Async } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import type { FieldProperties } from "./CampaignDialog.tsx";
import { POLL_EVERY_MS } from "./upload.ts";

/** Newer firmware than a hundred others is what campaigns bring. */
const LATEST = { params: { query: { limit: 100 } } };

/** What the stations get: firmware of ours, or a file elsewhere. */
export function FirmwareFields({ draft, change, wrong }: FieldProperties) {
  const query = queries.useQuery("get", "/firmware", LATEST, {
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "uploading") ? POLL_EVERY_MS : false,
  });
  return (
    <fieldset class="form-part">
      <legend>{t("campaign.firmware")}</legend>
      <Async query={query}>
        {({ items }) => (
          <SelectField
            label={t("campaign.firmware_file")}
            hint={t("campaign.firmware_hint")}
            value={draft.firmwareId}
            change={(firmwareId) => change({ firmwareId })}
            wrong={wrong("firmware_id")}
            options={[
              { value: "", text: t("campaign.elsewhere") },
              ...items
                .filter(({ state }) => state === "ready")
                .map((one) => ({
                  value: one.firmware_id,
                  text: [one.version, one.file_name, one.vendor, one.model].filter(Boolean).join(" · "),
                })),
            ]}
          />
        )}
      </Async>
      {!draft.firmwareId && (
        <>
          <div class="columns">
            <TextField
              label={t("campaign.location")}
              type="url"
              value={draft.location}
              change={(location) => change({ location })}
              wrong={wrong("location")}
              required
            />
            <TextField
              label={t("campaign.to_version")}
              hint={t("firmware.version_hint")}
              value={draft.version}
              change={(version) => change({ version })}
              wrong={wrong("version")}
              maxLength={50}
              required
            />
          </div>
          <details>
            <summary>{t("firmware.signed")}</summary>
            <div class="stack">
              <AreaField
                label={t("firmware.signature")}
                value={draft.signature}
                change={(signature) => change({ signature })}
                wrong={wrong("signature")}
              />
              <AreaField
                label={t("firmware.certificate")}
                value={draft.certificate}
                change={(certificate) => change({ certificate })}
                wrong={wrong("signing_certificate")}
              />
            </div>
          </details>
        </>
      )}
    </fieldset>
  );
}
