// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two pages: desk.html for staff, apply.html for applicants. Everything they
// need is a file of its own (the policy allows no inline script or style), and
// no polyfill is added: the oldest browser meant is a Chromium of early 2023.

import { defineConfig } from "vite";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "chrome110",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    reportCompressedSize: false,
    rollupOptions: { input: ["desk.html", "apply.html"] },
  },
});
