import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { DetailFields, detailsKnown, detailsOf } from "./details.tsx";

/** What can be changed of firmware once it is known: not its file, nor its version. */
export function EditDialog({ firmware, close }: { firmware: Schemas["Firmware"]; close: () => void }) {
  const [details, setDetails] = useState(() => detailsKnown(firmware));
  const { busy, error, submit, wrong } = useSubmit(async () => {
    await api.PATCH("/firmware/{firmware_id}", {
      params: { path: { firmware_id: firmware.firmware_id } },
      body: detailsOf(details),
    });
    await refresh("/firmware");
    toast(t("firmware.changed"));
    close();
  }, ["signature", "signing_certificate"]);
  return (
    <Dialog title={t("firmware.edit_title", { version: firmware.version })} close={close}>
      <form class="stack" onSubmit={submit}>
        <p class="muted">{t("firmware.edit_about")}</p>
        <DetailFields details={details} change={setDetails} wrong={wrong} />
        <FormEnd busy={busy} error={error} action={t("dialog.save")} close={close} />
      </form>
    </Dialog>
  );
}
