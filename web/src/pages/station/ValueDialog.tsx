/** A wish for a value of a station's configuration. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { Failed } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { t } from "../../texts/index.ts";
import { tell } from "./told.ts";

interface Properties {
  title: string;
  value: string;
  secret: boolean;
  /** What is wished already. */
  wished: string | null;
  hint?: string;
  /** The values it may have, where the station names them. */
  choices?: readonly string[] | null;
  /** Null: whatever the station has is right. */
  save: (value: string | null) => Promise<{ data?: Schemas["CallList"] }>;
  /** The request's path of the value, for what is wrong with it. */
  field: string;
  close: () => void;
}

export function ValueDialog({ title, value, secret, wished, hint, choices, save, field, close }: Properties) {
  const [text, setText] = useState(secret ? "" : value);
  const put = async (wanted: string | null) => {
    const { data } = await save(wanted);
    tell(t(wanted === null ? "station.wish_dropped" : "station.wish_taken"), data);
    close();
  };
  const saving = useSubmit(() => put(text), [field]);
  const dropping = useSubmit(() => put(null));
  const common = { label: t("station.value"), hint: hint ?? "", wrong: saving.wrong(field), value: text };
  // A value that the station does not name stays one to choose: it may be what it has.
  const options = [...new Set([value, ...(choices ?? [])])];
  const isChoice = Boolean(choices?.length) && !secret;
  return (
    <Dialog title={title} close={close}>
      <form class="stack" onSubmit={saving.submit}>
        <p>{t("station.change_about")}</p>
        {isChoice ? (
          <SelectField
            {...common}
            change={setText}
            options={options.map((one) => ({ value: one, text: one || "–" }))}
          />
        ) : (
          <TextField {...common} change={setText} type={secret ? "password" : "text"} maxLength={2500} />
        )}
        {[saving.error, dropping.error].map((error) => error !== undefined && <Failed error={error} />)}
        <div class="row end">
          {wished !== null && (
            <button type="button" class="button" disabled={dropping.busy} onClick={dropping.submit}>
              {t("station.drop_wish")}
            </button>
          )}
          <button type="button" class="button" onClick={close}>
            {t("dialog.cancel")}
          </button>
          <button type="submit" class="button primary" disabled={saving.busy}>
            {t("dialog.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
