/** The calls to a station: a tab of its page. */
export { default } from "./calls/Calls.tsx";
