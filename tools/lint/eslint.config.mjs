// What the compiler does not check: rules of hooks, promises without await, unused names.
import next from "@next/eslint-plugin-next";
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["**/node_modules/", "**/.next/", "build/", "data/", "**/*.d.ts", "**/*.cjs"] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  {
    rules: {
      "no-undef": "off", // the compiler checks it
      "no-control-regex": "off", // what comes from outside is searched for them
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ["client/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks, "@next/next": next },
    rules: { ...hooks.configs.recommended.rules, ...next.configs.recommended.rules },
    settings: { next: { rootDir: "client" } },
  },
);
