import "./styles/base.css";
import "./styles/shell.css";
import "./styles/layout.css";
import "./styles/forms.css";
import "./styles/states.css";
import "./styles/tables.css";
import "./styles/overlays.css";
import "./styles/print.css";
import { render } from "preact";
import { readConfig } from "./api/config.ts";
import { connect } from "./api/live.ts";
import { begin } from "./api/session.ts";
import { App, CannotStart } from "./app.tsx";
import { watchDeployments } from "./deployment.ts";
import { applyTheme } from "./theme.ts";

const root = document.getElementById("console");
if (!root) throw new Error("the page has no place for the console");

function draw(): void {
  // Texts are read while a page is drawn: another language is another page.
  render(<App key={document.documentElement.lang} redraw={draw} />, root as HTMLElement);
}

applyTheme();
watchDeployments();
try {
  await readConfig();
  await begin();
  draw();
  void connect();
} catch (error) {
  render(<CannotStart error={error} />, root);
}
