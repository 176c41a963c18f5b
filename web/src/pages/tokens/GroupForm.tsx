import { useState } from "preact/hooks";
import { useConflict } from "../../parts/Changed.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { TextField } from "../../parts/fields.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { useTariffIds } from "./known.ts";
import { getGroup, groupExists, type KnownGroup, putGroup } from "./put.ts";

const FIELDS = ["group_id", "name", "tariff_id"];
const LONGEST_ID = 36;
const draftOf = (known?: KnownGroup) => ({
  name: known?.group.name ?? "",
  tariff_id: known?.group.tariff_id ?? "",
});

/** `known`: the group that is edited; none: a new one. */
export function GroupForm({ known, close }: { known?: KnownGroup; close: () => void }) {
  const [base, setBase] = useState(known);
  const [groupId, setGroupId] = useState(known?.group.group_id ?? "");
  const [draft, setDraft] = useState(() => draftOf(known));
  const [taken, setTaken] = useState(false);
  const { busy, error, submit, wrong } = useSubmit(async () => {
    if (!base && (await groupExists(groupId.trim()))) {
      setTaken(true);
      return;
    }
    const body = { name: draft.name.trim() || null, tariff_id: draft.tariff_id.trim() || null };
    await putGroup(groupId.trim(), body, base?.revision);
    toast(t("tokens.group_saved", { group_id: groupId }));
    close();
  }, FIELDS);
  const conflict = useConflict(error, async () => {
    const now = await getGroup(groupId);
    setBase(now);
    setDraft(draftOf(now));
  });
  return (
    <Dialog title={base ? groupId : t("tokens.create_group")} close={close}>
      <form class="stack" onSubmit={submit}>
        {!base && (
          <TextField
            label={t("tokens.group")}
            hint={t("tokens.group_id_hint")}
            value={groupId}
            required
            maxLength={LONGEST_ID}
            wrong={taken ? t("tokens.group_taken") : wrong("group_id")}
            change={(wanted) => {
              setGroupId(wanted);
              setTaken(false);
            }}
          />
        )}
        <TextField
          label={t("tokens.name")}
          value={draft.name}
          wrong={wrong("name")}
          change={(name) => setDraft({ ...draft, name })}
        />
        <TextField
          label={t("tokens.tariff")}
          value={draft.tariff_id}
          suggestions={useTariffIds()}
          wrong={wrong("tariff_id")}
          change={(tariff_id) => setDraft({ ...draft, tariff_id })}
        />
        {conflict.notice}
        <FormEnd busy={busy} error={conflict.rest} action={t("dialog.save")} close={close} />
      </form>
    </Dialog>
  );
}
