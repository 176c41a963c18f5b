import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

// `npm run dev` shows the console of a local system that runs beside it.
const system = process.env.IDLEWATT_URL ?? "http://127.0.0.1:9000";

export default defineConfig({
  plugins: [preact()],
  build: {
    target: "es2023",
    // A data: URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": system,
      "/config.json": system,
      "/oauth2": system,
      "/logout": system,
      "/live": { target: system, ws: true },
    },
  },
});
