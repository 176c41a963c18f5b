import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING_CHOSEN } from "../../parts/choice.ts";
import { againOf, haltOf, newDraft, orderOf, wavesOf } from "./draft.ts";

const DRAFT = {
  ...newDraft("Europe/Berlin"),
  firmwareId: "F",
  choice: { ...NOTHING_CHOSEN, vendor: "Acme" },
};

test("waves are numbers and shares", () => {
  assert.deepEqual(wavesOf("5, 25%  100%"), [5, "25%", "100%"]);
  assert.equal(wavesOf(""), undefined);
  assert.equal(wavesOf("5, half"), undefined);
  assert.equal(wavesOf("0"), undefined);
});

test("a draft needs firmware and stations", () => {
  assert.equal(orderOf({ ...DRAFT, choice: NOTHING_CHOSEN }), undefined);
  assert.equal(orderOf({ ...DRAFT, firmwareId: "" }), undefined);
  assert.equal(orderOf({ ...DRAFT, firmwareId: "", location: "https://example.org/f" }), undefined);
});

test("times are sent in seconds, and no window unless one is wished", () => {
  const order = orderOf({ ...DRAFT, pauseMin: "15" });
  assert.equal(order?.pause_between_waves_s, 900);
  assert.equal(order?.online_within_s, 7 * 86_400);
  assert.ok(order && !("window" in order));
});

test("a window that never opens is none", () => {
  assert.equal(orderOf({ ...DRAFT, hasWindow: true, days: [] }), undefined);
});

test("a window has its days in order", () => {
  const order = orderOf({ ...DRAFT, hasWindow: true, days: ["fri", "mon"] });
  assert.deepEqual(order?.window, {
    from: "22:00",
    to: "05:00",
    time_zone: "Europe/Berlin",
    days: ["mon", "fri"],
  });
});

test("it halts at a share, at a number, or never", () => {
  assert.deepEqual(haltOf("share", "20"), { share: 0.2 });
  assert.deepEqual(haltOf("failures", "3"), { failures: 3 });
  assert.deepEqual(haltOf("never", "3"), {});
});

test("what failed is tried again as it was", () => {
  const terms = { when_idle: false, attempts: 2, retry_after_s: 300, signing: "never" };
  const within = {
    online_within_s: 172_800,
    download_within_s: 600,
    install_within_s: 1200,
    boot_within_s: 60,
  };
  const campaign = {
    firmware_id: "F",
    location: null,
    version: "2.0",
    ended_at: "2026-11-23T08:00:00Z",
    total: 3,
    counts: { failed: 2 },
    stations: [
      { station_id: "A", state: "failed" },
      { station_id: "B", state: "succeeded" },
      { station_id: "C", state: "failed" },
    ],
    concurrency: 5,
    halt_after: { share: 0.07, failures: null },
    window: null,
    terms: { ...terms, ...within },
  } as unknown as Parameters<typeof againOf>[0];
  const again = againOf(campaign);
  assert.ok(again);
  const order = orderOf(again);
  assert.deepEqual(order && "stations" in order && order.stations, ["A", "C"]);
  assert.deepEqual(order?.halt_after, { share: 0.07 });
  assert.equal(order?.online_within_s, 172_800);
  assert.equal(order?.signing, "never");
  assert.equal(againOf({ ...campaign, ended_at: null }), undefined);
  assert.equal(againOf({ ...campaign, counts: { ...campaign.counts, failed: 0 } }), undefined);
  assert.equal(againOf({ ...campaign, total: 2000 }), undefined, "not all are known");
});
