import assert from "node:assert/strict";
import test from "node:test";
import {
  answeredInMs,
  exchangesOf,
  filtered,
  joined,
  jsonLines,
  type Message,
  merged,
  outcomeOf,
} from "./exchanges.ts";

function message(
  second: number,
  direction: "in" | "out",
  frame: Message["frame"],
  more: Partial<Message> = {},
): Message {
  const id = Array.isArray(frame) ? String(frame[1]) : "";
  const at = new Date(Date.UTC(2026, 4, 1, 10, 0, second)).toISOString();
  const plain = {
    frame_chars: null,
    action: "Heartbeat",
    outcome: "answered",
    answered_in_ms: null,
    findings: [],
  };
  return { at, direction, frame, message_id: id, ...plain, ...more };
}

const BEAT = message(1, "in", [2, "a", "Heartbeat", {}], { answered_in_ms: 12 });
const BEATEN = message(2, "out", [3, "a", { currentTime: "2026" }]);
const RESET = message(3, "out", [2, "b", "Reset", { type: "Soft" }], { action: "Reset", outcome: "sent" });
const ACCEPTED = message(4, "in", [3, "b", { status: "Accepted" }], { outcome: "late", answered_in_ms: 900 });
const ODD = message(5, "in", "<b>no frame", { action: "" });
const NEWEST_FIRST = [ODD, ACCEPTED, RESET, BEATEN, BEAT];

test("a call and its answer are one exchange, newest first", () => {
  const found = exchangesOf(NEWEST_FIRST).map((one) => [one.first, one.answer]);
  assert.deepEqual(found, [
    [ODD, undefined],
    [RESET, ACCEPTED],
    [BEAT, BEATEN],
  ]);
});

test("an answer whose call has not been read stands alone", () => {
  assert.deepEqual(
    exchangesOf([ACCEPTED]).map((one) => one.first),
    [ACCEPTED],
  );
});

test("what came of an exchange and how long it took", () => {
  const [, reset, beat] = exchangesOf(NEWEST_FIRST);
  assert.ok(reset && beat);
  assert.deepEqual([outcomeOf(reset), answeredInMs(reset)], ["late", 900]);
  assert.deepEqual([outcomeOf(beat), answeredInMs(beat)], ["answered", 12]);
});

test("exchanges are found by direction and by what is in any of their frames", () => {
  const all = exchangesOf(NEWEST_FIRST);
  const found = (direction?: string, text?: string) =>
    filtered(all, { direction, text }).map((one) => one.first);
  assert.deepEqual(found("out"), [RESET]);
  assert.deepEqual(found(undefined, "accepted"), [RESET]);
  assert.deepEqual(found("in", "<B>"), [ODD]);
});

test("what is read twice is there once", () => {
  assert.deepEqual(merged([RESET, BEATEN, BEAT], [ODD, ACCEPTED, RESET]), NEWEST_FIRST);
});

test("the download has every frame on a line, oldest first", () => {
  const lines = jsonLines(exchangesOf(NEWEST_FIRST)).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    NEWEST_FIRST.toReversed(),
  );
});

test("what is read anew is put on top of what is known, unless something lies between them that was not read", () => {
  const known = { messages: [BEATEN, BEAT], older: "old" };
  const news = (messages: Message[], older: string | null) => joined(known, { messages, older });
  assert.deepEqual(news([RESET, BEATEN], null), { messages: [RESET, BEATEN, BEAT], older: "old" });
  assert.deepEqual(news([RESET, BEATEN], "new"), { messages: [RESET, BEATEN, BEAT], older: "old" });
  assert.deepEqual(news([ODD, ACCEPTED], "new"), { messages: [ODD, ACCEPTED], older: "new" });
});
