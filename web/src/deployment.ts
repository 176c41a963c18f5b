/** A new version of the console, while an old one is open: the files of pages it has not fetched yet are gone. */

/** Load the page anew when code cannot be fetched because there is a newer version. */
export function watchDeployments(): void {
  addEventListener("vite:preloadError", () => void reloadIfNewer());
}

async function reloadIfNewer(): Promise<void> {
  const running = document.querySelector('script[type="module"]')?.getAttribute("src");
  try {
    const answer = await fetch("/", { cache: "no-store" });
    // Never in a circle: once it is loaded anew, the page names what runs.
    if (running && answer.ok && !(await answer.text()).includes(running)) location.reload();
  } catch {
    // No network: the page says so by itself.
  }
}
