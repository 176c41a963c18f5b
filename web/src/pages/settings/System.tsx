/** How this stage of the system is set; it is changed by deploying it anew. */
import type { ComponentChildren } from "preact";
import { queries, type Schemas } from "../../api/client.ts";
import { durationOf, number, yesNo } from "../../format.ts";
import { Async } from "../../parts/states.tsx";
import { t, word } from "../../texts/index.ts";

type Stage = Schemas["System"];

/** It changes with a deployment, and then the page is loaded anew. */
const KEPT = { staleTime: Number.POSITIVE_INFINITY };

export function System() {
  const system = queries.useQuery("get", "/system", undefined, KEPT);
  return (
    <section class="card" aria-labelledby="settings-system">
      <h2 id="settings-system">{t("settings.system")}</h2>
      <p class="muted">{t("settings.system_help")}</p>
      <Async query={system}>{(stage) => <Values rows={rows(stage)} />}</Async>
    </section>
  );
}

type Row = readonly [name: string, label: string, value: ComponentChildren, about: string];

function rows(stage: Stage): Row[] {
  const provider = (kind: string) => word("settings.provider", kind);
  return [
    ["stage", t("settings.stage"), stage.stage, t("settings.stage_help")],
    ["version", t("settings.version"), stage.version, ""],
    [
      "onboarding",
      t("settings.onboarding"),
      word("settings.onboarding", stage.onboarding),
      word("settings.onboarding_help", stage.onboarding),
    ],
    [
      "heartbeat_interval_s",
      t("settings.heartbeat"),
      durationOf(stage.heartbeat_interval_s),
      t("settings.heartbeat_help"),
    ],
    [
      "expected_stations",
      t("settings.expected_stations"),
      number(stage.expected_stations),
      t("settings.expected_stations_help"),
    ],
    ["message_log", t("settings.message_log"), yesNo(stage.message_log), t("settings.message_log_help")],
    ["cpo_name", t("settings.cpo_name"), stage.cpo_name, t("settings.cpo_name_help")],
    [
      "certificate_authority",
      t("settings.certificate_authority"),
      provider(stage.certificate_authority),
      t("settings.certificate_authority_help"),
    ],
    [
      "contract_certificates",
      t("settings.contract_certificates"),
      provider(stage.contract_certificates),
      t("settings.contract_certificates_help"),
    ],
    [
      "payment_provider",
      t("settings.payment_provider"),
      provider(stage.payment_provider),
      t("settings.payment_provider_help"),
    ],
    [
      "vat_register",
      t("settings.vat_register"),
      word("settings.vat", stage.vat_register),
      t("settings.vat_register_help"),
    ],
  ];
}

function Values({ rows }: { rows: readonly Row[] }) {
  return (
    <dl class="settings-values">
      {rows.map(([name, label, value, about]) => (
        <div key={name} data-setting={name}>
          <dt>{label}</dt>
          <dd>
            <strong>{value ?? "–"}</strong>
            {about && <span class="muted">{about}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
