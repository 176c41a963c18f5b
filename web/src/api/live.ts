/**
 * What happens at stations, as it happens: the live WebSocket (docs/live.md).
 *
 * Pages say what they show (`useLive`); the socket watches the union of that. An event makes what was read of its
 * station stale (changes.ts), so that a page reads it anew; nobody polls.
 */
import { useEffect, useState } from "preact/hooks";
import {
  type Change,
  changesOf,
  hasChanged,
  isFor,
  Latest,
  type LiveEvent,
  type Watcher,
  watchedBy,
} from "./changes.ts";
import { api, queryClient } from "./client.ts";

export type { LiveEvent } from "./changes.ts";

export type LiveState = "connecting" | "open" | "closed" | "offline";

interface Listener extends Watcher {
  onEvent: ((event: LiveEvent) => void) | undefined;
}

interface Message {
  type: string;
  event?: Omit<LiveEvent, "data"> & { data: LiveEvent["data"] | null };
  complete_after_s?: number;
}

type Timer = ReturnType<typeof setTimeout>;

const PING_EVERY_MS = 4 * 60 * 1000;
/** An answer that takes longer does not come. */
const ANSWER_WITHIN_MS = 10_000;
const BEAT_EVERY_MS = 10_000;
/** A beat that comes this late was slept through: a machine whose lid is opened tells nobody. */
const SLEPT_MS = 3 * BEAT_EVERY_MS;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const REFETCH_EVERY_MS = 500;
const FOLLOWED_AFTER_MS = 2_000;

const listeners = new Set<Listener>();
const stateListeners = new Set<(state: LiveState) => void>();
let latest = new Latest(100);
let socket: WebSocket | undefined;
let isConnecting = false;
let hasBeenOpen = false;
let state: LiveState = "connecting";
let waitMs = FIRST_WAIT_MS;
let waiting: Timer | undefined;
let beating: ReturnType<typeof setInterval> | undefined;
let beatAt = 0;
let pingedAt = 0;
let missing: Timer | undefined;
let told = "";
let caughtUp = false;

/** Keep a socket open from now on. */
export async function connect(): Promise<void> {
  addEventListener("online", connectNow);
  addEventListener("offline", () => (socket ? lost() : tell("offline")));
  document.addEventListener("visibilitychange", () => {
    // A machine that slept may hold a socket that nobody is at the other end of.
    if (!document.hidden) socket ? ping() : connectNow();
  });
  await open();
}

function connectNow(): void {
  waitMs = FIRST_WAIT_MS;
  void open();
}

async function open(): Promise<void> {
  if (socket || isConnecting) return;
  clearTimeout(waiting);
  isConnecting = true;
  try {
    const { data } = await api.POST("/live-tickets", {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!data) throw new Error("no ticket");
    const address = new URL("/live", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("ticket", data.ticket);
    use(new WebSocket(address));
  } catch {
    lost();
  } finally {
    isConnecting = false;
  }
}

function use(opened: WebSocket): void {
  socket = opened;
  missing = setTimeout(lost, ANSWER_WITHIN_MS);
  opened.onopen = () => {
    clearTimeout(missing);
    told = "";
    caughtUp = false;
    latest = new Latest(100);
    tell("open");
    watch();
    beatAt = pingedAt = Date.now();
    beating = setInterval(beat, BEAT_EVERY_MS);
    // The first time, everything is being read anyway.
    if (hasBeenOpen) readAgain();
    hasBeenOpen = true;
  };
  opened.onmessage = (message) => take(String(message.data));
  opened.onclose = lost;
}

/** Let go of the socket, whatever has become of it, and try again later: longer and longer, and not all at once. */
function lost(): void {
  clearInterval(beating);
  clearTimeout(missing);
  clearTimeout(waiting);
  if (socket) {
    socket.onopen = null;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    socket = undefined;
  }
  tell(navigator.onLine ? "closed" : "offline");
  waiting = setTimeout(() => void open(), waitMs * (0.5 + Math.random()));
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

function tell(now: LiveState): void {
  state = now;
  for (const listener of stateListeners) listener(now);
}

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Ask now and then whether anybody is there, and at once after a sleep. */
function beat(): void {
  const now = Date.now();
  // The timers of a page that nobody sees are late by themselves.
  const hasSlept = now - beatAt > SLEPT_MS && !document.hidden;
  beatAt = now;
  if (hasSlept || now - pingedAt >= PING_EVERY_MS) ping();
}

/** Without an answer nobody is there. */
function ping(): void {
  if (socket?.readyState !== WebSocket.OPEN) return;
  pingedAt = Date.now();
  send({ action: "ping" });
  clearTimeout(missing);
  missing = setTimeout(lost, ANSWER_WITHIN_MS);
}

/** Tell the feed what is shown now, if that has changed. */
function watch(): void {
  const stationIds = watchedBy(listeners);
  const message = JSON.stringify(stationIds);
  if (message === told || stationIds?.length === 0) return;
  if (socket?.readyState !== WebSocket.OPEN) return;
  told = message;
  send({ action: "watch", station_ids: stationIds, types: null });
}

function take(text: string): void {
  const message = JSON.parse(text) as Message;
  if (message.type === "error") lost();
  if (message.type === "watching") watching(message);
  if (message.type === "pong") {
    clearTimeout(missing);
    // The feed may miss an event now and then.
    readAgain();
  }
  if (message.event && !latest.has(text)) happened({ ...message.event, data: message.event.data ?? {} });
}

function watching(message: Message): void {
  waitMs = FIRST_WAIT_MS;
  if (caughtUp) return;
  // It takes a moment until it is known everywhere that somebody watches: until then not all is told.
  caughtUp = true;
  setTimeout(readAgain, (message.complete_after_s ?? 0) * 1000);
}

function happened(event: LiveEvent): void {
  makeStale(event);
  for (const listener of listeners) if (isFor(listener, event)) listener.onEvent?.(event);
}

/** Nobody looks at a hidden page: what is stale there is read when it is shown again. */
function whatIsShown(): "active" | "none" {
  return document.hidden ? "none" : "active";
}

/** Read all that is shown, after a time in which not all was told. */
function readAgain(): void {
  void queryClient.invalidateQueries({ refetchType: whatIsShown() });
}

const stale = new Map<string, Change>();
let refetching: Timer | undefined;
/** Read once more when all is calm: what follows from an event may be kept a moment after it was told. */
const followed = new Map<string, Change>();
let following: Timer | undefined;
let lastRefetchAt = 0;

/** The first event of a while is answered at once; what follows it shortly after, together. */
function makeStale(event: LiveEvent): void {
  for (const change of changesOf(event)) stale.set(`${change.path} ${change.stationId}`, change);
  if (refetching !== undefined) return;
  refetching = setTimeout(refetch, Math.max(0, lastRefetchAt + REFETCH_EVERY_MS - Date.now()));
}

function refetch(): void {
  refetching = undefined;
  lastRefetchAt = Date.now();
  readAnew([...stale.values()]);
  for (const [key, change] of stale) followed.set(key, change);
  stale.clear();
  clearTimeout(following);
  following = setTimeout(() => {
    readAnew([...followed.values()]);
    followed.clear();
  }, FOLLOWED_AFTER_MS);
}

function readAnew(changes: readonly Change[]): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey }) => hasChanged(queryKey, changes),
    refetchType: whatIsShown(),
  });
}

/**
 * Keep what a page shows of these stations (null: of all) fresh while it is shown, and hear of each event.
 *
 * `onEvent` must be stable (useCallback) if it is given.
 */
export function useLive(stationIds: readonly string[] | null, onEvent?: (event: LiveEvent) => void): void {
  const key = stationIds && JSON.stringify(stationIds);
  useEffect(() => {
    const listener: Listener = { stationIds: key === null ? null : (JSON.parse(key) as string[]), onEvent };
    listeners.add(listener);
    watch();
    return () => {
      listeners.delete(listener);
      watch();
    };
  }, [key, onEvent]);
}

/** Whether the feed stands. */
export function useLiveState(): LiveState {
  const [now, setNow] = useState(state);
  useEffect(() => {
    setNow(state);
    stateListeners.add(setNow);
    return () => void stateListeners.delete(setNow);
  }, []);
  return now;
}
