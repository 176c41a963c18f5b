/** Firmware and its way to the stations: campaigns, and the files that they bring. */
import { Page } from "../../parts/Page.tsx";
import { t } from "../../texts/index.ts";
import { Campaigns } from "./Campaigns.tsx";
import { Files } from "./Files.tsx";
import "./firmware.css";

export default function Firmware() {
  return (
    <Page title={t("nav.firmware")} about={t("firmware.about")}>
      <Campaigns />
      <Files />
    </Page>
  );
}
