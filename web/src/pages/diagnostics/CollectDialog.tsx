/** Wanting the logs of stations. It asks for nothing but a file: that is said, and the button is the question. */
import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { chosenOf, NOTHING_CHOSEN } from "../../parts/choice.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { fromLocal } from "../../parts/moments.ts";
import { ChosenStations, StationChoice } from "../../parts/StationChoice.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { t, word } from "../../texts/index.ts";

type Order = Schemas["DiagnosticsOrder"];

const TYPES: readonly Order["log_type"][] = ["DiagnosticsLog", "SecurityLog", "DataCollectorLog"];
const FIELDS = ["stations", "selection", "from", "to"];

interface Properties {
  close: () => void;
  begun: (diagnosticsId: string) => void;
}

export function CollectDialog({ close, begun }: Properties) {
  const [choice, setChoice] = useState(NOTHING_CHOSEN);
  const [type, setType] = useState<Order["log_type"]>("DiagnosticsLog");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const chosen = chosenOf(choice);
  const { busy, error, submit, wrong } = useSubmit(async (header) => {
    if (!chosen) return;
    const order: Partial<Order> = {
      ...chosen,
      log_type: type,
      ...(from && { from: fromLocal(from) }),
      ...(to && { to: fromLocal(to) }),
    };
    const { data } = await api.POST("/diagnostics", {
      params: { header },
      // What has a default need not be said, which the generated type does not know.
      body: order as Order,
    });
    await refresh("/diagnostics");
    if (data) begun(data.diagnostics_id);
  }, FIELDS);
  return (
    <Dialog title={t("diagnostics.collect")} close={close}>
      <form class="stack" onSubmit={submit}>
        <StationChoice choice={choice} change={setChoice} wrong={wrong} />
        <fieldset class="form-part">
          <legend>{t("diagnostics.log")}</legend>
          <div class="columns">
            <SelectField
              label={t("diagnostics.log_type")}
              value={type}
              change={(wanted) => setType(TYPES.find((one) => one === wanted) ?? type)}
              options={TYPES.map((value) => ({ value, text: word("log_type", value) }))}
            />
            <TextField
              label={t("diagnostics.from")}
              hint={t("diagnostics.from_hint")}
              type="datetime-local"
              value={from}
              change={setFrom}
              wrong={wrong("from")}
            />
            <TextField
              label={t("diagnostics.to")}
              hint={t("diagnostics.to_hint")}
              type="datetime-local"
              value={to}
              change={setTo}
              wrong={wrong("to")}
            />
          </div>
        </fieldset>
        {chosen && (
          <p>
            <strong>{t("diagnostics.sure")}</strong> <ChosenStations choice={choice} />
          </p>
        )}
        <FormEnd busy={busy} error={error} disabled={!chosen} action={t("diagnostics.begin")} close={close} />
      </form>
    </Dialog>
  );
}
