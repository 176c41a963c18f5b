import { Page } from "../parts/Page.tsx";
import { t } from "../texts/index.ts";

export function NotFound() {
  return (
    <Page title={t("app.not_found")}>
      <p>{t("app.not_found_text")}</p>
      <p>
        <a href="/">{t("nav.overview")}</a>
      </p>
    </Page>
  );
}
