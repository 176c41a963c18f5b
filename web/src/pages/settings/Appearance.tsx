/** How the console looks in this browser. */
import { useState } from "preact/hooks";
import { SelectField } from "../../parts/fields.tsx";
import { LANGUAGES, type Language, language, setLanguage, t } from "../../texts/index.ts";
import { setTheme, THEMES, type Theme, theme } from "../../theme.ts";

export function Appearance({ redraw }: { redraw: () => void }) {
  const [shown, setShown] = useState(theme());
  return (
    <section class="card" aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">{t("settings.appearance")}</h2>
      <div class="filters">
        <SelectField
          label={t("settings.language")}
          value={language}
          change={(wanted) => {
            setLanguage(wanted as Language);
            redraw();
          }}
          options={Object.entries(LANGUAGES).map(([value, text]) => ({ value, text }))}
        />
        <SelectField
          label={t("settings.theme")}
          value={shown}
          change={(wanted) => {
            setTheme(wanted as Theme);
            setShown(wanted as Theme);
          }}
          options={THEMES.map((value) => ({ value, text: t(`settings.theme_${value}`) }))}
        />
      </div>
      <p class="muted">{t("settings.appearance_kept")}</p>
    </section>
  );
}
