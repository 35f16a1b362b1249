import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ...js.configs.recommended,
    files: ["assets/js/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: {
      ...js.configs.recommended.rules,
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-self-compare": "off", // x !== x is the quickest test for NaN in a loop
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    // one file knows the browser's global object; what others need of it has a name of its own
    files: ["assets/js/**/*.js"],
    ignores: ["assets/js/dash.js"],
    rules: { "no-restricted-globals": ["error", "window", "globalThis", "self", "event", "name"] },
  },
];
