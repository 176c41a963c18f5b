/** What to do in a system that knows no station yet. */
import { useMay } from "../../api/me.ts";
import { Copy } from "../../parts/Copy.tsx";
import { stationsUrl } from "../../parts/places.ts";
import { t } from "../../texts/index.ts";

export function FirstSteps() {
  const mayCreate = useMay("admin");
  return (
    <section class="card" aria-labelledby="overview-begin">
      <h2 id="overview-begin">{t("overview.begin")}</h2>
      <ol class="overview-steps">
        <li>
          <p>{t(mayCreate ? "overview.begin_create" : "overview.begin_ask")}</p>
          {mayCreate && (
            <a class="button primary" href="/stations?add=">
              {t("stations.create")}
            </a>
          )}
        </li>
        <li>
          <p>{t("overview.begin_dial")}</p>
          <Copy text={stationsUrl()} label={t("settings.stations_url")} />
        </li>
        <li>
          <p>{t("overview.begin_watch")}</p>
          <a href="/refused">{t("nav.refused")}</a>
        </li>
      </ol>
    </section>
  );
}
