/** What to do about each reason for which a handshake is refused: sentences, and where to do it. */
import type { Schemas } from "../../api/client.ts";
import type { TextKey } from "../../texts/index.ts";
import type { Code } from "./groups.ts";

type Onboarding = Schemas["System"]["onboarding"];

export interface Advice {
  steps: readonly TextKey[];
  /** Where it is done: at the station here, by adding one, or at the station itself alone. */
  place: "station" | "add" | "elsewhere";
}

const ADVICE: Readonly<Record<Code, Advice>> = {
  unknown_station: { steps: ["refused.do.add", "refused.do.spelling"], place: "add" },
  identity_impossible: { steps: ["refused.do.identity", "refused.do.url"], place: "elsewhere" },
  identity_not_2x: { steps: ["refused.do.identity_2x", "refused.do.add_odd"], place: "add" },
  user_mismatch: { steps: ["refused.do.user", "refused.do.where_user"], place: "elsewhere" },
  wrong_password: {
    steps: ["refused.do.password_here", "refused.do.password_there", "refused.do.hex"],
    place: "station",
  },
  no_credentials: { steps: ["refused.do.send_password", "refused.do.profile"], place: "station" },
  no_password_set: { steps: ["refused.do.set_password", "refused.do.password_there"], place: "station" },
  tls_required: { steps: ["refused.do.wss", "refused.do.lower_profile"], place: "station" },
  no_common_version: {
    steps: ["refused.do.subprotocol", "refused.do.pinned", "refused.do.assumed"],
    place: "station",
  },
};

const OF_STRANGERS: Readonly<Record<Onboarding, TextKey>> = {
  closed: "refused.do.onboarding_closed",
  quarantine: "refused.do.onboarding_other",
  open: "refused.do.onboarding_other",
};

export function adviceFor(code: Code, onboarding: Onboarding | undefined): Advice {
  const advice = ADVICE[code];
  if (code !== "unknown_station" || !onboarding) return advice;
  return { ...advice, steps: [...advice.steps, OF_STRANGERS[onboarding]] };
}
