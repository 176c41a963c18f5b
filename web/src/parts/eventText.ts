/** What an event says, in words, without its station (docs/events.md). */
import { energy, number } from "../format.ts";
import { t, word } from "../texts/index.ts";

type Data = Readonly<Record<string, unknown>>;

/** Fields whose value is a word of the standard or of ours. */
const KINDS: Readonly<Record<string, string>> = {
  state: "status",
  status: "status",
  reported_status: "status",
  charging_state: "status",
  error_code: "error_code",
};

export function eventText(type: string, data: Data): string {
  const values: Record<string, string> = { place: place(data) };
  for (const [name, value] of Object.entries(data)) values[name] = written(name, value);
  if (type === "connection.refused") values.code = word("refused.code", values.code);
  return word("event", type, values);
}

function written(name: string, value: unknown): string {
  if (typeof value === "number") return name.endsWith("_wh") ? energy(value) : number(value);
  if (typeof value !== "string") return "–";
  const kind = KINDS[name];
  return kind ? word(kind, value) : value;
}

/** `EVSE 1`, `EVSE 1, connector 2`, or the station as a whole. */
function place({ evse_id: evse, connector_id: connector }: Data): string {
  if (typeof evse !== "number" || evse === 0) return t("event.place_station");
  if (typeof connector !== "number" || connector <= 1) return t("event.place_evse", { evse });
  return t("event.place_connector", { evse, connector });
}
