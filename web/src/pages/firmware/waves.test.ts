import assert from "node:assert/strict";
import { test } from "node:test";
import type { components } from "../../api/openapi.d.ts";
import { wavesOf } from "./waves.ts";

type Campaign = components["schemas"]["CampaignDetail"];

function campaign(states: readonly string[], more: Partial<Campaign>): Campaign {
  const stations = states.map((state) => ({ state }));
  return { stations, total: states.length, wave: 1, ended_at: null, ...more } as unknown as Campaign;
}

test("each wave has its own stations", () => {
  const found = wavesOf(campaign(["succeeded", "running", "queued"], { wave_bounds: [1, 3], wave: 2 }));
  assert.deepEqual(found, [
    { number: 1, size: 1, stage: "over", states: ["succeeded"] },
    { number: 2, size: 2, stage: "running", states: ["running", "queued"] },
  ]);
});

test("a wave that has not begun waits, and after the end none runs", () => {
  const states = ["running", "queued"];
  assert.equal(wavesOf(campaign(states, { wave_bounds: [1, 2] }))[1]?.stage, "waiting");
  const over = campaign(states, { wave_bounds: [1, 2], wave: 2, ended_at: "2026-11-20T08:00:00Z" });
  assert.equal(wavesOf(over)[1]?.stage, "over");
});

test("of more stations than are shown nothing is said wave by wave", () => {
  const found = wavesOf(campaign(["running"], { wave_bounds: [1, 5_000], total: 5_000 }));
  assert.equal(found[1]?.states, undefined);
  assert.equal(found[1]?.size, 4_999);
});
