/** What a station was refused for, how often, from where, and what to do. */
import type { Schemas } from "../../api/client.ts";
import { list, time } from "../../format.ts";
import { Facts } from "../../parts/Facts.tsx";
import { stationPath } from "../../parts/links.tsx";
import { stationsUrl } from "../../parts/places.ts";
import { Ago } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { type Advice, adviceFor } from "./advice.ts";
import type { Group } from "./groups.ts";

interface Properties {
  group: Group;
  onboarding: Schemas["System"]["onboarding"] | undefined;
  /** Whether what to do is unfolded at first. */
  open: boolean;
}

export function Refusal({ group, onboarding, open }: Properties) {
  const name = group.stationId ?? group.dialled ?? "";
  return (
    <article class="card refusal" data-code={group.code}>
      <div class="card-head">
        <h3>{name}</h3>
        <span class="muted">
          {t("refused.times", { count: group.count })}, <Ago at={group.lastAt} />
        </span>
      </div>
      <p>
        <strong>{word("refused.code", group.code)}</strong> <code class="muted">{group.code}</code>
      </p>
      <Facts facts={facts(group)} />
      <details open={open}>
        <summary>{t("refused.what_to_do")}</summary>
        <Steps name={name} group={group} advice={adviceFor(group.code, onboarding)} />
      </details>
    </article>
  );
}

function facts(group: Group): [string, string][] {
  const found: [string, string][] = [
    [t("refused.since"), time(group.firstAt)],
    [t("refused.from"), listed(group.addresses)],
    [
      t("refused.offered"),
      group.subprotocols.length > 0 ? list(group.subprotocols) : t("refused.offered_none"),
    ],
  ];
  if (group.userAgents.length > 0) found.push([t("refused.user_agent"), list(group.userAgents)]);
  return found;
}

const listed = (texts: readonly string[]): string => (texts.length > 0 ? list(texts) : t("refused.not_told"));

function Steps({ name, group, advice }: { name: string; group: Group; advice: Advice }) {
  const values = {
    id: name,
    url: stationsUrl() + (group.stationId ? encodeURIComponent(group.stationId) : ""),
    offered: group.subprotocols.length > 0 ? list(group.subprotocols) : t("refused.offered_none"),
  };
  return (
    <div class="stack">
      <ol>
        {advice.steps.map((step) => (
          <li key={step}>{t(step, values)}</li>
        ))}
      </ol>
      {group.stationId && <Where place={advice.place} stationId={group.stationId} />}
    </div>
  );
}

function Where({ place, stationId }: { place: Advice["place"]; stationId: string }) {
  if (place === "elsewhere") return null;
  const adding = place === "add";
  return (
    <div class="row">
      <a
        class="button"
        href={adding ? `/stations?add=${encodeURIComponent(stationId)}` : stationPath(stationId, "settings")}
      >
        {t(adding ? "refused.add_station" : "refused.open_settings", { id: stationId })}
      </a>
    </div>
  );
}
