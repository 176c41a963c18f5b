/** With what a form begins, and what may be chosen in it. */
import { type Leaf, least, type Path, type Payload, type Schema } from "./schema.ts";

const HOUR_MS = 3_600_000;
const LARGEST_ID = 2 ** 31 - 1;

/** What is known of the station. */
export interface Known {
  evseId: number | undefined;
  /** Of the only transaction that runs there. */
  transactionId: string | number | undefined;
}

/** Numbers that only have to be new. */
const NEW_NUMBERS: readonly string[] = [
  "requestId",
  "remoteStartId",
  "ReserveNow.id",
  "ReserveNow.reservationId",
];

export function initial(action: string, schema: Schema, known: Known): Payload {
  const leaf: Leaf = (path, { type, enum: choices }) => {
    const name = String(path.at(-1));
    if (choices) return choices.length === 1 ? choices[0] : undefined;
    if (NEW_NUMBERS.includes(name) || NEW_NUMBERS.includes(`${action}.${name}`)) return newNumber();
    if (name === "connectorId" || name === "evseId") return known.evseId;
    if (name === "transactionId") return known.transactionId;
    if (name === "expiryDate" || name === "expiryDateTime") return inHours(1);
    if (name === "retrieveDate" || name === "retrieveDateTime") return inHours(0);
    return type === "boolean" ? false : undefined;
  };
  return least(schema, schema, leaf) as Payload;
}

const newNumber = (): number => 1 + Math.floor(Math.random() * (LARGEST_ID - 1));
const inHours = (count: number): string =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 + count * HOUR_MS).toISOString();

export const KINDS = [
  "evses",
  "connectors",
  "tokens",
  "transactions",
  "keys",
  "components",
  "variables",
  "reservations",
  "profiles",
] as const;
export type Kind = (typeof KINDS)[number];

/** Of what the value at a place of a request is one, if the console can tell which there are. */
export function kindOf(version: string, path: Path): Kind | undefined {
  const names = path.filter((step) => typeof step === "string");
  const [last, parent] = [names.at(-1), names.at(-2)];
  switch (last) {
    case "connectorId":
      return version === "1.6" ? "evses" : "connectors";
    case "evseId":
      return "evses";
    case "id":
      return parent === "evse" ? "evses" : undefined;
    case "idTag":
    case "parentIdTag":
      return "tokens";
    case "idToken":
      return parent === "idToken" ? "tokens" : undefined;
    case "transactionId":
      return "transactions";
    case "key":
      return version === "1.6" ? "keys" : undefined;
    case "name":
      return parent === "component" ? "components" : parent === "variable" ? "variables" : undefined;
    case "reservationId":
      return "reservations";
    case "chargingProfileId":
      return "profiles";
    default:
      return undefined;
  }
}
