/** Where the parts of the system are, by where the console is: all have one origin. */
import { ROOT } from "../api/client.ts";

/** What a station dials, to which it adds its identity: `wss://…/ocpp/`. */
export const stationsUrl = (): string =>
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ocpp/`;
export const apiUrl = (): string => location.origin + ROOT;
export const API_DOCS = `${ROOT}/docs`;
