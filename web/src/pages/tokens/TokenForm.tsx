import { useState } from "preact/hooks";
import { useConflict } from "../../parts/Changed.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { type Draft, draftOf, NEW, STATUSES, settingsOf } from "./draft.ts";
import { useGroupIds, useTariffIds } from "./known.ts";
import { exists, getToken, type Known, putToken } from "./put.ts";
import { Restrictions } from "./Restrictions.tsx";

interface Properties {
  /** The token that is edited; none: a new one. */
  known?: Known;
  /** Of a new one: its id and its group, as far as they are known. */
  id?: string;
  group?: string;
  close: () => void;
  saved?: (idToken: string) => void;
}

const FIELDS = ["id_token", "expires_at", "group_id", "type", "tariff_id", "language", "balance"];

export function TokenForm({ known, id = "", group = "", close, saved }: Properties) {
  const [idToken, setIdToken] = useState(known?.token.id_token ?? id);
  const [draft, setDraft] = useState<Draft>(() =>
    known ? draftOf(known.token) : { ...NEW, group_id: group },
  );
  const [taken, setTaken] = useState(false);
  // What it was when the form was opened: the page may read it anew meanwhile.
  const [base, setBase] = useState(known);
  const set = (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes }));
  const { busy, error, submit, wrong } = useSubmit(async () => {
    if (!base && (await exists(idToken))) {
      setTaken(true);
      return;
    }
    await putToken(idToken, settingsOf(draft, base?.token), base?.revision);
    toast(t("tokens.saved", { id_token: idToken }));
    close();
    saved?.(idToken);
  }, FIELDS);
  const conflict = useConflict(error, async () => {
    const now = await getToken(idToken);
    setBase(now);
    setDraft(draftOf(now.token));
  });
  return (
    <Dialog title={base ? t("tokens.edit_one", { id_token: idToken }) : t("tokens.create")} close={close}>
      <form class="stack" onSubmit={submit}>
        <div class="fields">
          {!base && (
            <TextField
              label={t("tokens.token")}
              value={idToken}
              required
              maxLength={255}
              wrong={taken ? t("tokens.taken") : wrong("id_token")}
              change={(value) => {
                setIdToken(value.trim());
                setTaken(false);
              }}
            />
          )}
          <SelectField
            label={t("tokens.status")}
            value={draft.status}
            change={(status) => set({ status: STATUSES.find((one) => one === status) ?? "Accepted" })}
            options={STATUSES.map((value) => ({ value, text: word("status", value) }))}
          />
          <TextField
            label={t("tokens.expires")}
            hint={t("tokens.expires_hint")}
            type="datetime-local"
            value={draft.expires_at}
            wrong={wrong("expires_at")}
            change={(expires_at) => set({ expires_at })}
          />
          <TextField
            label={t("tokens.group")}
            hint={t("tokens.group_hint")}
            value={draft.group_id}
            suggestions={useGroupIds()}
            wrong={wrong("group_id")}
            change={(group_id) => set({ group_id })}
          />
          <TextField
            label={t("tokens.tariff")}
            value={draft.tariff_id}
            suggestions={useTariffIds()}
            wrong={wrong("tariff_id")}
            change={(tariff_id) => set({ tariff_id })}
          />
          <TextField
            label={t("tokens.balance")}
            hint={t("tokens.balance_hint")}
            type="number"
            step="any"
            value={draft.balance}
            wrong={wrong("balance")}
            change={(balance) => set({ balance })}
          />
          <TextField
            label={t("tokens.type")}
            hint={t("tokens.type_hint")}
            value={draft.type}
            maxLength={20}
            suggestions={["ISO14443", "ISO15693", "eMAID", "KeyCode", "Central", "Local", "MacAddress"]}
            wrong={wrong("type")}
            change={(type) => set({ type })}
          />
          <TextField
            label={t("tokens.language")}
            hint={t("tokens.language_hint")}
            value={draft.language}
            wrong={wrong("language")}
            change={(language) => set({ language })}
          />
        </div>
        <CheckField
          label={t("tokens.several_long")}
          checked={draft.concurrent}
          change={(concurrent) => set({ concurrent })}
        />
        <Restrictions draft={draft} set={set} />
        {conflict.notice}
        <FormEnd busy={busy} error={conflict.rest} action={t("dialog.save")} close={close} />
      </form>
    </Dialog>
  );
}
