/** Every page by its address. A page's code is fetched when it is first opened. */
import { QueryClientProvider } from "@tanstack/react-query";
import { LocationProvider, Route, Router } from "preact-iso";
import { queryClient } from "./api/client.ts";
import { NotFound } from "./pages/NotFound.tsx";
import { Overview } from "./pages/overview/Overview.tsx";
import { Contained, page } from "./parts/Crashed.tsx";
import { Failed } from "./parts/states.tsx";
import { Shell } from "./shell.tsx";
import { t } from "./texts/index.ts";

const Campaign = page(() => import("./pages/firmware/Campaign.tsx"));
const Collection = page(() => import("./pages/diagnostics/Collection.tsx"));
const Cost = page(() => import("./pages/cost/Cost.tsx"));
const Diagnostics = page(() => import("./pages/diagnostics/Diagnostics.tsx"));
const Firmware = page(() => import("./pages/firmware/Firmware.tsx"));
const Refused = page(() => import("./pages/refused/Refused.tsx"));
const Reservations = page(() => import("./pages/reservations/Reservations.tsx"));
const Settings = page(() => import("./pages/settings/Settings.tsx"));
const Station = page(() => import("./pages/station/Station.tsx"));
const Stations = page(() => import("./pages/stations/Stations.tsx"));
const Tokens = page(() => import("./pages/tokens/Tokens.tsx"));
const Transaction = page(() => import("./pages/transactions/Transaction.tsx"));
const Transactions = page(() => import("./pages/transactions/Transactions.tsx"));

export function App({ redraw }: { redraw: () => void }) {
  return (
    <QueryClientProvider client={queryClient}>
      <LocationProvider>
        <Shell>
          <Contained>
            <Router>
              <Route path="/" component={Overview} />
              <Route path="/stations" component={Stations} />
              <Route path="/stations/:stationId/:tab?" component={Station} />
              <Route path="/transactions" component={Transactions} />
              <Route path="/transactions/:transactionId" component={Transaction} />
              <Route path="/tokens" component={Tokens} />
              <Route path="/reservations" component={Reservations} />
              <Route path="/firmware" component={Firmware} />
              <Route path="/firmware/campaigns/:campaignId" component={Campaign} />
              <Route path="/diagnostics" component={Diagnostics} />
              <Route path="/diagnostics/:diagnosticsId" component={Collection} />
              <Route path="/cost" component={Cost} />
              <Route path="/refused" component={Refused} />
              <Route path="/settings" component={Settings} redraw={redraw} />
              <Route default component={NotFound} />
            </Router>
          </Contained>
        </Shell>
      </LocationProvider>
    </QueryClientProvider>
  );
}

/** What stands where the console itself cannot be. */
export function CannotStart({ error }: { error: unknown }) {
  return (
    <main class="shell-main">
      <Failed title={t("app.cannot_start")} error={error} retry={() => location.reload()} />
    </main>
  );
}
