/** What a meter has signed, for whoever checks the signature elsewhere. */
import type { components } from "../../api/openapi.d.ts";

type MeterValue = components["schemas"]["MeterValue"];

export interface Signed {
  timestamp: string;
  context: string;
  measurand: string;
  /** Byte for byte as it came. */
  signed_data: string;
  signing_method: string | null;
  encoding_method: string | null;
  public_key: string | null;
}

/** In OCPP 2.x it stands beside a value, in 1.6 in the place of one. */
export function signedOf(values: readonly MeterValue[]): Signed[] {
  return values.flatMap(({ timestamp, sampled_values }) =>
    sampled_values
      .filter((one) => one.signed !== null || one.format === "SignedData")
      .map(({ context, measurand, value, signed }) => ({
        timestamp,
        context,
        measurand,
        signed_data: signed?.signed_data ?? value,
        signing_method: signed?.signing_method ?? null,
        encoding_method: signed?.encoding_method ?? null,
        public_key: signed?.public_key ?? null,
      })),
  );
}
