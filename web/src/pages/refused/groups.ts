/** Refused handshakes, put together: a station keeps dialling until somebody mends it. */
import type { Schemas } from "../../api/client.ts";

export type Handshake = Schemas["RefusedConnection"];
export type Code = Handshake["code"];

/** What one station was refused for, as far as the page tells. */
export interface Group {
  key: string;
  /** Null: it dialled as `dialled`, which can be no station's identity. */
  stationId: string | null;
  dialled: string | null;
  code: Code;
  count: number;
  firstAt: string;
  lastAt: string;
  addresses: string[];
  subprotocols: string[];
  userAgents: string[];
}

/** The latest first, as the handshakes are. */
export function grouped(handshakes: readonly Handshake[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of handshakes) {
    const key = JSON.stringify([one.station_id, one.dialled, one.code]);
    const group = groups.get(key) ?? begun(key, one);
    groups.set(key, group);
    group.count += 1;
    group.firstAt = one.at;
    add(group.addresses, one.remote_address);
    add(group.userAgents, one.user_agent);
    for (const name of one.offered_subprotocols) add(group.subprotocols, name);
  }
  return [...groups.values()];
}

function begun(key: string, one: Handshake): Group {
  return {
    key,
    stationId: one.station_id,
    dialled: one.dialled,
    code: one.code,
    count: 0,
    firstAt: one.at,
    lastAt: one.at,
    addresses: [],
    subprotocols: [],
    userAgents: [],
  };
}

function add(texts: string[], text: string | null): void {
  if (text !== null && !texts.includes(text)) texts.push(text);
}
