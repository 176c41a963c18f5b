import type { Paging } from "../api/pages.ts";
import { t } from "../texts/index.ts";

/** To the next page and back. */
export function Pager({ paging, next }: { paging: Paging; next: string | null }) {
  if (!paging.previous && next === null) return null;
  return (
    <nav class="pager" aria-label={t("table.page", { number: paging.number })}>
      <button type="button" class="button" disabled={!paging.previous} onClick={paging.previous}>
        {t("table.previous")}
      </button>
      <span aria-live="polite">{t("table.page", { number: paging.number })}</span>
      <button type="button" class="button" disabled={next === null} onClick={() => next && paging.next(next)}>
        {t("table.next")}
      </button>
    </nav>
  );
}
