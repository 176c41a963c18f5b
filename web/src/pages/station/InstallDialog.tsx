/** Giving a station a root certificate to trust. */
import { useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { AreaField, SelectField } from "../../parts/fields.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { t, word } from "../../texts/index.ts";
import { type Station, speaks16 } from "./orders.ts";
import { tell } from "./told.ts";

type CertificateType = Schemas["NewCertificate"]["certificate_type"];
const TYPES_16 = ["CSMSRootCertificate", "ManufacturerRootCertificate"] as const;
const TYPES_2X = [...TYPES_16, "V2GRootCertificate", "MORootCertificate"] as const;

export function InstallDialog({ station, close }: { station: Station; close: () => void }) {
  const [type, setType] = useState<CertificateType>("CSMSRootCertificate");
  const [certificate, setCertificate] = useState("");
  const { busy, error, submit, wrong } = useSubmit(
    async (header) => {
      const { data } = await api.POST("/stations/{station_id}/certificates", {
        params: { path: { station_id: station.station_id }, header },
        body: { certificate_type: type, certificate },
      });
      tell(t("station.install_asked"), data);
      close();
    },
    ["certificate"],
  );
  return (
    <Dialog title={t("station.install")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.install_about")}</p>
        <SelectField
          label={t("station.kind")}
          value={type}
          change={(value) => setType(TYPES_2X.find((one) => one === value) ?? type)}
          options={(speaks16(station) ? TYPES_16 : TYPES_2X).map((value) => ({
            value,
            text: word("certificate_type", value),
          }))}
        />
        <AreaField
          label={t("station.certificate_pem")}
          value={certificate}
          change={setCertificate}
          rows={8}
          required
          wrong={wrong("certificate")}
        />
        <FormEnd busy={busy} error={error} action={t("station.install")} close={close} />
      </form>
    </Dialog>
  );
}
