/** What stands in a form whose subject somebody else has changed since it was opened: nothing was saved. */
import { useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { t } from "../texts/index.ts";
import { attempt } from "./toasts.tsx";

const PRECONDITION_FAILED = 412;

interface Conflict {
  /** What is still wrong, unless it is this. */
  rest: unknown;
  /** The notice, or nothing. */
  notice: preact.JSX.Element | false;
}

/** `error`: of what was sent with `If-Match`. `load`: puts what is there now into the form. */
export function useConflict(error: unknown, load: () => Promise<unknown>): Conflict {
  const [settled, setSettled] = useState<unknown>();
  const isChanged = error instanceof ApiError && error.status === PRECONDITION_FAILED;
  const settle = async () => {
    if (await attempt(load)) setSettled(error);
  };
  return {
    rest: isChanged ? undefined : error,
    notice: isChanged && error !== settled && (
      <div class="notice" data-tone="warning" role="alert">
        <strong>{t("form.changed")}</strong>
        <span>{t("form.changed_about")}</span>
        <button type="button" class="button" onClick={() => void settle()}>
          {t("form.load_again")}
        </button>
      </div>
    ),
  };
}
