// Copies each TypeScript example of the documents and of examples/minimal into target/snippets, so that the compiler checks it.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const DOCUMENTS = ["README.md", "../../docs/guides/typescript.md"];
const ROOT = new URL("../", import.meta.url);
const TARGET = new URL("target/snippets/", ROOT);

/** Names that an example uses without a declaration. */
const ASSUMED = {
  bridge: 'import("@nexus/client").Bridge',
  api: 'import("@nexus/client").NexusApi',
  connectionId: "string",
  confirmedConnections: "Set<string>",
};

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
let count = 0;
for (const document of DOCUMENTS) {
  for (const [, snippet] of readFileSync(new URL(document, ROOT), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)) {
    const assumed = Object.entries(ASSUMED)
      .filter(([name]) => !new RegExp(`const ${name}\\b`).test(snippet))
      .map(([name, type]) => `declare const ${name}: ${type};\n`);
    writeFileSync(new URL(`snippet-${++count}.mts`, TARGET), `${assumed.join("")}export {};\n${snippet}`);
  }
}
copyFileSync(new URL("../../examples/minimal/minimal.ts", ROOT), new URL("minimal.mts", TARGET));
if (count === 0) {
  throw new Error("The documents have no examples. Check the pattern of this program.");
}
console.log(`${count} examples`);
