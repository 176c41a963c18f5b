/** What stands in the place of a page that failed: words, and a way on. */
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { lazy, useLocation } from "preact-iso";
import { t } from "../texts/index.ts";
import { Page } from "./Page.tsx";

interface Properties {
  /** The address; another one is another try. */
  at: string;
  children: ComponentChildren;
}

interface State {
  crashed: { at: string; error: unknown } | null;
}

class Boundary extends Component<Properties, State> {
  override state: State = { crashed: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ crashed: { at: this.props.at, error } });
  }

  override render({ at, children }: Properties, { crashed }: State) {
    return crashed && crashed.at === at ? <Crashed error={crashed.error} /> : children;
  }
}

/** Around what may fail: an error in it is told in its place. */
export function Contained({ children }: { children: ComponentChildren }) {
  const { url } = useLocation();
  return <Boundary at={url}>{children}</Boundary>;
}

function Crashed({ error }: { error: unknown }) {
  return (
    <Page title={t("app.crashed")}>
      <div class="notice" data-tone="danger" role="alert">
        <span>{t("app.crashed_text")}</span>
        <span class="mono">{error instanceof Error ? error.message : String(error)}</span>
        <button type="button" class="button" onClick={() => location.reload()}>
          {t("app.reload")}
        </button>
      </div>
    </Page>
  );
}

/** A page whose code is fetched when it is first opened; if that fails, it fails as a page does, not silently. */
export function page<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() =>
    load().catch((error: unknown): { default: ComponentType<P> } => ({
      default: () => {
        throw error;
      },
    })),
  );
}
