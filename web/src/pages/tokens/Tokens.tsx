import { useAddress } from "../../parts/address.ts";
import { Page } from "../../parts/Page.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { t } from "../../texts/index.ts";
import { Groups } from "./Groups.tsx";
import { TokenList } from "./TokenList.tsx";

const TOKENS = "/tokens";
const GROUPS = "/tokens?view=groups";

/** Who may charge: id tokens, and the groups they are of. */
export default function Tokens() {
  const groups = useAddress().query.view === "groups";
  return (
    <Page title={t("nav.tokens")} about={t(groups ? "tokens.about_groups" : "tokens.about")}>
      <Tabs
        label={t("nav.tokens")}
        current={groups ? GROUPS : TOKENS}
        tabs={[
          { path: TOKENS, text: t("tokens.tokens") },
          { path: GROUPS, text: t("tokens.groups") },
        ]}
      />
      {groups ? <Groups /> : <TokenList />}
    </Page>
  );
}
