import "./cost.css";
import { Page } from "../../parts/Page.tsx";
import { t } from "../../texts/index.ts";
import { Bill } from "./Bill.tsx";
import { Estimate } from "./Estimate.tsx";

export default function Cost() {
  return (
    <Page title={t("nav.cost")} about={t("cost.about")}>
      <Bill />
      <Estimate />
    </Page>
  );
}
