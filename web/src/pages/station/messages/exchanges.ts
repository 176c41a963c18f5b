/** The frames of a station, a call and its answer together. */
import type { Schemas } from "../../../api/client.ts";

export type Message = Schemas["Message"];

export interface Exchange {
  /** The same however often it is read. */
  key: string;
  /** The CALL, or a frame that stands alone. */
  first: Message;
  answer: Message | undefined;
}

/** The message type of a CALL (section 4.1 of OCPP-J). */
const CALL = 2;

export function keyOf({ at, direction, message_id, frame }: Message): string {
  return `${at} ${direction} ${message_id || JSON.stringify(frame)}`;
}

const isCall = ({ frame }: Message): boolean => Array.isArray(frame) && frame[0] === CALL;

/** Newest first, as the messages are; an exchange stands where it began. */
export function exchangesOf(messages: readonly Message[]): Exchange[] {
  const answers = new Map<string, Message>();
  const found: Exchange[] = [];
  for (const message of messages) {
    const id = `${message.direction} ${message.message_id}`;
    if (!isCall(message)) {
      if (message.message_id && !answers.has(id)) answers.set(id, message);
      else found.push({ key: keyOf(message), first: message, answer: undefined });
      continue;
    }
    const other = `${message.direction === "in" ? "out" : "in"} ${message.message_id}`;
    found.push({ key: keyOf(message), first: message, answer: answers.get(other) });
    answers.delete(other);
  }
  // Those whose call is further back than what has been read.
  for (const answer of answers.values()) found.push({ key: keyOf(answer), first: answer, answer: undefined });
  return found.sort((one, other) => moment(other) - moment(one));
}

const moment = ({ first }: Exchange): number => Date.parse(first.at);

/** How long the answer took. */
export const answeredInMs = ({ first, answer }: Exchange): number | null =>
  first.answered_in_ms ?? answer?.answered_in_ms ?? null;

/** What came of it: of our call, what came of its answer, once there is one. */
export const outcomeOf = ({ first, answer }: Exchange): string =>
  first.direction === "out" && answer ? answer.outcome : first.outcome;

export interface Filter {
  direction: string | undefined;
  text: string | undefined;
}

/** Those that began in a direction and have a text in one of their frames. */
export function filtered(exchanges: readonly Exchange[], { direction, text }: Filter): Exchange[] {
  const wanted = text?.toLowerCase();
  return exchanges.filter(
    ({ first, answer }) =>
      (!direction || first.direction === direction) &&
      (!wanted || [first, answer].some((one) => one && written(one).toLowerCase().includes(wanted))),
  );
}

/** A frame on one line. */
export const written = ({ frame }: Message): string =>
  typeof frame === "string" ? frame : JSON.stringify(frame);

/** JSON lines, oldest first, as a log has them. */
export function jsonLines(exchanges: readonly Exchange[]): string {
  return exchanges
    .flatMap(({ first, answer }) => [first, ...(answer ? [answer] : [])])
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map((one) => `${JSON.stringify(one)}\n`)
    .join("");
}

/** What has been read, newest first, and where older ones are; null: there are none. */
export interface Read {
  messages: readonly Message[];
  older: string | null;
}

/** What is known and what was read since, which may not reach down to it: then only that, so that nothing is left out. */
export function joined(known: Read, news: Read): Read {
  const [oldest, newest] = [news.messages.at(-1), known.messages[0]];
  const isHole = news.older !== null && oldest && newest && Date.parse(oldest.at) > Date.parse(newest.at);
  return isHole ? news : { messages: merged(known.messages, news.messages), older: known.older };
}

/** Both without doubles, newest first. A message does not change: one that is known stays the same object. */
export function merged(known: readonly Message[], more: readonly Message[]): Message[] {
  const byKey = new Map([...more, ...known].map((one) => [keyOf(one), one]));
  return [...byKey.values()].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
