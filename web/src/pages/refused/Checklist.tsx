/** The usual causes that leave no trace here: the station never got as far as this system. */
import { Copy } from "../../parts/Copy.tsx";
import { stationsUrl } from "../../parts/places.ts";
import { type TextKey, t } from "../../texts/index.ts";

const CAUSES: readonly [title: TextKey, text: TextKey][] = [
  ["refused.check.url", "refused.check.url_text"],
  ["refused.check.scheme", "refused.check.scheme_text"],
  ["refused.check.dns", "refused.check.dns_text"],
  ["refused.check.tls", "refused.check.tls_text"],
  ["refused.check.proxy", "refused.check.proxy_text"],
  ["refused.check.subprotocol", "refused.check.subprotocol_text"],
  ["refused.check.quiet", "refused.check.quiet_text"],
];
const FREE_ID = "STATION-ID";

export function Checklist({ stationId }: { stationId: string }) {
  const id = stationId ? encodeURIComponent(stationId) : FREE_ID;
  const host = location.hostname;
  return (
    <section class="card" aria-labelledby="refused-checklist">
      <h2 id="refused-checklist">{t("refused.checklist")}</h2>
      <p>{t("refused.checklist_about")}</p>
      <div class="field">
        <span class="label">{t("refused.right_url")}</span>
        <Copy text={stationsUrl() + id} label={t("refused.right_url")} />
      </div>
      <ol class="refused-causes">
        {CAUSES.map(([title, text]) => (
          <li key={title}>
            <h3>{t(title)}</h3>
            <p>{t(text, { host, url: stationsUrl() })}</p>
          </li>
        ))}
      </ol>
      <div class="field">
        <span class="label">{t("refused.try_it")}</span>
        <Copy text={handshake(id)} label={t("refused.try_it")} />
        <span class="hint">{t("refused.try_it_help")}</span>
      </div>
    </section>
  );
}

/** A handshake by hand, from a computer in the station's network. */
function handshake(id: string): string {
  const headers = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol: ocpp1.6",
  ];
  const url = `${location.protocol}//${location.host}/ocpp/${id}`;
  return `curl -i --http1.1 --max-time 5 ${headers.map((one) => `-H '${one}'`).join(" ")} '${url}'`;
}
