/** The end of a form in a dialog: what was wrong the last time, and the two buttons. */
import { t } from "../texts/index.ts";
import { Failed } from "./states.tsx";

interface Properties {
  busy: boolean;
  error: unknown;
  /** What the button that sends the form says. */
  action: string;
  close: () => void;
  /** Something is missing yet. */
  disabled?: boolean;
  /** It takes something away for good. */
  danger?: boolean;
}

export function FormEnd({ busy, error, action, close, disabled = false, danger = false }: Properties) {
  return (
    <>
      {error !== undefined && <Failed error={error} title={t("form.failed")} />}
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          {t("dialog.cancel")}
        </button>
        <button type="submit" class={danger ? "button danger" : "button primary"} disabled={busy || disabled}>
          {action}
        </button>
      </div>
    </>
  );
}
