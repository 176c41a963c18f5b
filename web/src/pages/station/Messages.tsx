/** The messages of a station: a tab of its page. */
export { default } from "./messages/Messages.tsx";
