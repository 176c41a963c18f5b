import { useId } from "preact/hooks";

/** A file of this computer. */
export function FileField({ label, choose }: { label: string; choose: (file: File | undefined) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="file" required onChange={(event) => choose(event.currentTarget.files?.[0])} />
    </div>
  );
}
