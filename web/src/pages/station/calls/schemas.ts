/** The JSON schemas of the requests of every action that we send: a file per OCPP version, read when it is needed. */
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../../api/client.ts";
import { arranged, type Schema } from "./schema.ts";

export type Action = Schemas["CallOrder"]["action"];
export type ActionSchemas = ReadonlyMap<Action, Schema>;

const FILES = import.meta.glob<Record<string, Schema>>("../../../calls/*.json", { import: "default" });

/** By action. */
export function useSchemas(version: string) {
  return useQuery({
    queryKey: ["schemas", version],
    queryFn: async (): Promise<ActionSchemas> => {
      const load = FILES[`../../../calls/${version}.json`];
      if (!load) throw new Error(`OCPP ${version}`);
      const schemas = Object.entries(await load()) as [Action, Schema][];
      return new Map(schemas.map(([action, schema]) => [action, arranged(schema)]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
