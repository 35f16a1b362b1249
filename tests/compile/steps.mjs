// Runs WebAssembly modules of steps: node steps.mjs FOLDER. FOLDER/cases.json lists modules with parameters, starts and
// counts; FOLDER/found.json gets, of each, whether the module is exact here, how many iterates are finite, each column's
// digest up to there, and how long the run took.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
const memory = new WebAssembly.Memory({ initial: 1 });
const modules = new Map();

function exportsOf(name) {
  if (!modules.has(name)) {
    const module = new WebAssembly.Module(readFileSync(`${folder}/${name}`));
    const imports = WebAssembly.Module.imports(module);
    if (imports.length !== 1) throw new Error(`${name} imports ${JSON.stringify(imports)}`);
    modules.set(name, new WebAssembly.Instance(module, { env: { memory } }).exports);
  }
  return modules.get(name);
}

function run({ module, rows, columns, parameters, start, counts }) {
  const { begin, run, exact } = exportsOf(module);
  const given = 8 * rows, kept = given + 8 * parameters.length;
  const count = counts.reduce((sum, one) => sum + one);
  const missing = kept + 8 * columns * count - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  new Float64Array(memory.buffer, given, parameters.length).set(parameters);
  const from = performance.now();
  begin(0, given, ...start);
  let finite = 0;
  for (const one of counts) {
    const more = run(0, given, kept + 8 * finite, count, finite, one);
    finite += more;
    if (more < one) break;
  }
  const milliseconds = performance.now() - from;
  const digests = Array.from({ length: columns }, (_, column) =>
    createHash("sha256").update(new Uint8Array(memory.buffer, kept + 8 * column * count, 8 * finite)).digest("hex"));
  return { exact: exact() === 1, finite, digests, milliseconds };
}

const cases = JSON.parse(readFileSync(`${folder}/cases.json`, "utf8"));
writeFileSync(`${folder}/found.json`, JSON.stringify(cases.map(run)));
