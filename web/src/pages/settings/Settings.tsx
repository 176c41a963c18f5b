import "./settings.css";
import { config } from "../../api/config.ts";
import { useMe } from "../../api/me.ts";
import { signedInAs, signOut } from "../../api/session.ts";
import { time, zone } from "../../format.ts";
import { Copy } from "../../parts/Copy.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { Page } from "../../parts/Page.tsx";
import { API_DOCS, apiUrl, stationsUrl } from "../../parts/places.ts";
import { Loading } from "../../parts/states.tsx";
import { useNow } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { Appearance } from "./Appearance.tsx";
import { System } from "./System.tsx";

export default function Settings({ redraw }: { redraw: () => void }) {
  return (
    <Page title={t("nav.settings")}>
      <div class="columns">
        <Appearance redraw={redraw} />
        <You />
      </div>
      <Places />
      <System />
    </Page>
  );
}

function You() {
  const me = useMe();
  const now = useNow(1_000);
  const signIn = config().sign_in;
  return (
    <section class="card" aria-labelledby="settings-you">
      <h2 id="settings-you">{t("settings.you")}</h2>
      {me ? (
        <Facts
          facts={[
            [t("settings.username"), signedInAs() ?? me.username],
            [t("settings.role"), word("role", me.role)],
            [t("settings.may"), t(`settings.may_${me.role}`)],
            [t("settings.zone"), zone()],
            [t("settings.now"), time(new Date(now).toISOString())],
          ]}
        />
      ) : (
        <Loading />
      )}
      {signIn ? (
        <div class="row">
          <button type="button" class="button" onClick={signOut}>
            {t("app.sign_out")}
          </button>
        </div>
      ) : (
        <p class="muted">{t("settings.no_sign_in")}</p>
      )}
    </section>
  );
}

function Places() {
  return (
    <section class="card" aria-labelledby="settings-places">
      <h2 id="settings-places">{t("settings.places")}</h2>
      <dl class="settings-values wide">
        <div>
          <dt>{t("settings.stations_url")}</dt>
          <dd>
            <Copy text={stationsUrl()} label={t("settings.stations_url")} />
            <span class="muted">{t("settings.stations_url_help")}</span>
          </dd>
        </div>
        <div>
          <dt>{t("settings.api_url")}</dt>
          <dd>
            <Copy text={apiUrl()} label={t("settings.api_url")} />
          </dd>
        </div>
        <div>
          <dt>{t("settings.api_docs")}</dt>
          <dd>
            <a href={API_DOCS} target="_blank" rel="noreferrer">
              {API_DOCS}
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
