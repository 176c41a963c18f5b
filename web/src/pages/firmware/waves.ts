/** The waves of a campaign, each with how far its stations have come. */
import type { components } from "../../api/openapi.d.ts";

type Campaign = components["schemas"]["CampaignDetail"];
type State = Campaign["stations"][number]["state"];

export interface Wave {
  /** From 1. */
  number: number;
  /** How many stations it has. */
  size: number;
  stage: "waiting" | "running" | "over";
  /** Those of its stations that are known; of a campaign with more than are shown, none. */
  states: readonly State[] | undefined;
}

export function wavesOf(campaign: Campaign): Wave[] {
  const { wave: current, wave_bounds: bounds, stations, total, ended_at: endedAt } = campaign;
  const areAllShown = stations.length === total;
  return bounds.map((bound, index) => {
    const number = index + 1;
    const size = bound - (bounds[index - 1] ?? 0);
    // Stations have their turn in the order in which they are shown: those of a wave stand together.
    const states = stations.slice(bound - size, bound).map(({ state }) => state);
    return {
      number,
      size,
      stage: number > current ? "waiting" : number < current || endedAt ? "over" : "running",
      states: areAllShown ? states : undefined,
    };
  });
}
