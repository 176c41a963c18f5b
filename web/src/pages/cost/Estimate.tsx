/** What stations that all do the same would cost a month. Nothing is metered for it, so it may be asked freely. */

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { ApiError, queries } from "../../api/client.ts";
import type { paths } from "../../api/openapi.d.ts";
import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";
import { Estimated } from "./Estimated.tsx";

type Question = NonNullable<paths["/cloud-costs/estimate"]["get"]["parameters"]["query"]>;
type Profile = NonNullable<Question["profile"]>;
type Version = NonNullable<Question["ocpp_version"]>;

const PROFILES: readonly Profile[] = ["idle", "home", "dc"];
const VERSIONS: readonly Version[] = ["1.6", "2.0.1"];
const NUMBERS = [
  "stations",
  "sessions_per_day",
  "session_minutes",
  "meter_interval_s",
  "samples",
  "heartbeat_s",
  "commands_per_day",
  "kept_months",
] as const;
type NumberName = (typeof NUMBERS)[number];
type Numbers = Readonly<Record<NumberName, string>>;

const BLANK: Numbers = {
  stations: "100",
  sessions_per_day: "",
  session_minutes: "",
  meter_interval_s: "",
  samples: "",
  heartbeat_s: "",
  commands_per_day: "",
  kept_months: "",
};

export function Estimate() {
  const [profile, setProfile] = useState<Profile>("home");
  const [version, setVersion] = useState<Version>("1.6");
  const [numbers, setNumbers] = useState(BLANK);
  const [log, setLog] = useState(false);
  const [asked, setAsked] = useState<Question>(() => question("home", "1.6", BLANK, false));
  const answer = queries.useQuery(
    "get",
    "/cloud-costs/estimate",
    { params: { query: asked } },
    { staleTime: Number.POSITIVE_INFINITY, placeholderData: keepPreviousData },
  );
  const problem = answer.error instanceof ApiError ? answer.error : undefined;
  const traffic = answer.data?.profile === profile ? answer.data.traffic : undefined;
  const ask = (event: Event) => {
    event.preventDefault();
    setAsked(question(profile, version, numbers, log));
  };
  return (
    <section class="stack" aria-labelledby="cost-estimate">
      <h2 id="cost-estimate">{t("cost.estimate")}</h2>
      <form class="card" onSubmit={ask}>
        <p class="muted">{t("cost.estimate_about")}</p>
        <div class="cost-form">
          <SelectField
            label={t("cost.profile")}
            value={profile}
            change={(wanted) => setProfile(wanted as Profile)}
            options={PROFILES.map((value) => ({ value, text: t(`cost.profile_${value}`) }))}
          />
          <SelectField
            label={t("cost.version")}
            value={version}
            change={(wanted) => setVersion(wanted as Version)}
            options={VERSIONS.map((value) => ({ value, text: value }))}
          />
          {NUMBERS.map((name) => (
            <TextField
              key={name}
              label={t(`cost.${name}`)}
              type="number"
              step="any"
              min={0}
              value={numbers[name]}
              placeholder={name === "stations" ? "1" : shortened(traffic?.[name])}
              wrong={problem?.at(name)}
              change={(value) => setNumbers({ ...numbers, [name]: value })}
            />
          ))}
        </div>
        <div class="row">
          <CheckField label={t("cost.log")} checked={log} change={setLog} />
          <button type="submit" class="button primary" disabled={answer.isFetching}>
            {t("cost.work_out")}
          </button>
        </div>
        {answer.error && !NUMBERS.some((name) => problem?.at(name)) && (
          <Failed error={answer.error} retry={() => void answer.refetch()} />
        )}
      </form>
      {answer.data ? <Estimated estimate={answer.data} /> : !answer.error && <Loading />}
    </section>
  );
}

/** What the profile has, as it could be typed. */
const shortened = (value: number | null | undefined): string =>
  typeof value === "number" ? String(Math.round(value * 100) / 100) : "";

/** What is left out is as the profile has it. */
function question(profile: Profile, version: Version, numbers: Numbers, log: boolean): Question {
  const given = NUMBERS.filter((name) => numbers[name].trim() !== "");
  return {
    profile,
    ocpp_version: version,
    message_log: log,
    ...Object.fromEntries(given.map((name) => [name, Number(numbers[name])])),
  };
}
