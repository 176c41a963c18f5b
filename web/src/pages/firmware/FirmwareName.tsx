import { queries, type Schemas } from "../../api/client.ts";
import { Async } from "../../parts/states.tsx";

type Given = Partial<Pick<Schemas["CampaignOrder"], "firmware_id" | "location" | "version">>;

/** What a campaign brings: firmware of ours by its version and file, else where it is. */
export function FirmwareName({ of: { firmware_id: firmwareId, location, version } }: { of: Given }) {
  const query = queries.useQuery(
    "get",
    "/firmware/{firmware_id}",
    { params: { path: { firmware_id: firmwareId ?? "" } } },
    { enabled: Boolean(firmwareId) },
  );
  if (!firmwareId) return <>{[version, location].filter(Boolean).join(" · ")}</>;
  // It may have been deleted since.
  if (query.error) return <>{firmwareId}</>;
  return <Async query={query}>{(found) => <>{`${found.version} · ${found.file_name}`}</>}</Async>;
}
