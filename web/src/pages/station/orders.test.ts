import assert from "node:assert/strict";
import test from "node:test";
import { changeAvailability, type Station, start, stop, trigger, unlock, WHOLE } from "./orders.ts";

const of = (version: string | null) => ({ ocpp_version: version }) as Station;
const place = { evseId: 2, connectorId: 1 };

test("a start names the connector in 1.6 and the EVSE in 2.x", () => {
  const token = { idToken: "TAG", type: null };
  assert.deepEqual(start(of("1.6"), token, 2), {
    action: "RemoteStartTransaction",
    payload: { idTag: "TAG", connectorId: 2 },
  });
  assert.deepEqual(start(of("2.0.1"), token, null), {
    action: "RequestStartTransaction",
    payload: { idToken: { idToken: "TAG", type: "Central" } },
  });
});

test("a stop names the number in 1.6 and the id in 2.x", () => {
  const transaction = { transaction_id: "T-1", number: 7 };
  assert.deepEqual(stop(of("1.6"), transaction).payload, { transactionId: 7 });
  assert.deepEqual(stop(of("2.1"), transaction).payload, { transactionId: "T-1" });
});

test("the whole station is connector 0 in 1.6 and nothing in 2.x", () => {
  assert.deepEqual(changeAvailability(of("1.6"), WHOLE, false).payload, {
    connectorId: 0,
    type: "Inoperative",
  });
  assert.deepEqual(changeAvailability(of("2.0.1"), WHOLE, true).payload, { operationalStatus: "Operative" });
  assert.deepEqual(changeAvailability(of("2.0.1"), place, true).payload, {
    operationalStatus: "Operative",
    evse: { id: 2, connectorId: 1 },
  });
});

test("only messages of a place are asked of one", () => {
  assert.deepEqual(trigger(of("1.6"), "Heartbeat", place).payload, { requestedMessage: "Heartbeat" });
  assert.deepEqual(trigger(of("1.6"), "MeterValues", place).payload, {
    requestedMessage: "MeterValues",
    connectorId: 2,
  });
  assert.deepEqual(trigger(of("2.1"), "StatusNotification", place).payload, {
    requestedMessage: "StatusNotification",
    evse: { id: 2, connectorId: 1 },
  });
});

test("unlocking", () => {
  assert.deepEqual(unlock(of("1.6"), 2, 1).payload, { connectorId: 2 });
  assert.deepEqual(unlock(of("2.1"), 2, 1).payload, { evseId: 2, connectorId: 1 });
});
