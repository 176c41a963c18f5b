/** What a campaign will do, in words, before it begins. */
import { list, number } from "../../format.ts";
import { Facts } from "../../parts/Facts.tsx";
import { ChosenStations } from "../../parts/StationChoice.tsx";
import { t, word } from "../../texts/index.ts";
import type { Draft, Order } from "./draft.ts";
import { FirmwareName } from "./FirmwareName.tsx";
import { haltText, windowText } from "./words.ts";

export function CampaignSummary({ draft, order }: { draft: Draft; order: Order }) {
  return (
    <div class="stack" data-summary="">
      <p>
        <strong>{t("campaign.sure")}</strong> {t("campaign.sure_about")}
      </p>
      <Facts
        facts={[
          [t("campaign.firmware"), <FirmwareName key="firmware" of={order} />],
          [t("choice.stations"), <ChosenStations key="stations" choice={draft.choice} />],
          [
            t("campaign.waves"),
            <>
              {list((order.waves ?? []).map(String))}
              {draft.pauseMin !== "0" && ` · ${t("campaign.with_pause", { minutes: draft.pauseMin })}`}
            </>,
          ],
          [t("campaign.concurrency"), number(order.concurrency)],
          [t("campaign.halt"), haltText(order.halt_after)],
          [t("campaign.window"), windowText(order.window)],
          [t("campaign.when_idle"), t(draft.whenIdle ? "word.yes" : "word.no")],
          [t("campaign.attempts"), number(order.attempts)],
          [t("campaign.signing"), word("signing", draft.signing)],
        ]}
      />
    </div>
  );
}
