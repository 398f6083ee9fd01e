// Copies the browser assets named below out of node_modules into the folders that are committed and served.
//
//   npm ci && node tools/vendor.mjs        (or: make vendor)
//
// Each package goes to <target>/<name>-<version>/ together with its licence; <target>/vendor.json lists what is there with
// a SHA-256 for every file, and tests/test_vendor.py checks it. Versions are pinned in package.json, so a new version
// gets a new folder and no browser mixes an old cached file with a new one.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = path.join(ROOT, "node_modules");

const SERVED = "queue_app/static/vendor";
const TESTS_ONLY = "tests/browser/vendor";

/**
 * What is shipped. `files` maps a file of the package to its name in our folder, with an optional function that changes
 * its text; `bundled` names the packages whose code is inside the file and whose licences therefore go along.
 */
const PACKAGES = [
  {
    target: SERVED,
    name: "bootstrap",
    files: [{ from: "dist/css/bootstrap.min.css", to: "bootstrap.min.css", change: withoutSourceMap }],
  },
  {
    target: SERVED,
    name: "socket.io-client",
    files: [{ from: "dist/socket.io.esm.min.js", to: "socket.io.esm.min.js", change: withoutSourceMap }],
    bundled: ["@socket.io/component-emitter", "engine.io-client", "engine.io-parser", "socket.io-parser"],
  },
  {
    target: SERVED,
    name: "idiomorph",
    // The package has a minified script and an unminified module. Its module is the script with one line more, so is ours.
    files: [{ from: "dist/idiomorph.min.js", to: "idiomorph.esm.min.js", change: exporting("Idiomorph") }],
  },
  {
    target: SERVED,
    name: "@fontsource-variable/atkinson-hyperlegible-next",
    folder: "atkinson-hyperlegible-next",
    files: [
      {
        from: "files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        to: "atkinson-hyperlegible-next-latin-wght-normal.woff2",
      },
      { from: "wght.css", to: "font.css", change: onlyFace("atkinson-hyperlegible-next-latin-wght-normal") },
    ],
  },
  {
    target: SERVED,
    name: "altcha",
    // The worker alone: the widget would be ten times as heavy as the few lines of static/js/proof.js.
    files: [{ from: "dist/workers/pbkdf2.js", to: "pbkdf2.js" }],
  },
  {
    target: SERVED,
    name: "qr-scanner",
    // The worker alone, out of the string that the package makes one of: so no page needs `worker-src blob:`, and the
    // camera is 60 lines of static/js/kiosk-camera.js. What it runs is jsQR.
    files: [{ from: "qr-scanner-worker.min.js", to: "qr-scanner-worker.js", change: sourceOfWorker }],
    bundled: ["jsqr"],
  },
  {
    target: TESTS_ONLY,
    name: "axe-core",
    files: [{ from: "axe.min.js", to: "axe.min.js" }],
    extraLicences: ["LICENSE-3RD-PARTY.txt"],
  },
];

/** Drops the comment that names a source map: the maps are not shipped, and developer tools would ask for them. */
function withoutSourceMap(text) {
  return text.replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=[^\n]*\n?/g, "\n");
}

/** Makes an ES module of a plain script that defines one global. */
function exporting(name) {
  return (text) => `${text.trimEnd()}\nexport { ${name} };\n`;
}

/** Keeps one @font-face of a fontsource style sheet and points it at the file beside it. */
function onlyFace(face) {
  return (text) => {
    const start = text.indexOf(`/* ${face} */`);
    const end = text.indexOf("}", start);
    if (start < 0 || end < 0) throw new Error(`no @font-face named ${face}`);
    return `${text.slice(start, end + 1).replace("url(./files/", "url(./")}\n`;
  };
}

/** The source of a worker that a module makes of a string. */
function sourceOfWorker(text) {
  const body = withoutSourceMap(text).replace("export const createWorker=", "return ");
  const Blob = class {
    constructor(parts) {
      this.parts = parts;
    }
  };
  const Worker = class {
    constructor(blob) {
      this.source = blob.parts.join("");
    }
  };
  const createWorker = new Function("Blob", "Worker", "URL", body)(Blob, Worker, { createObjectURL: (blob) => blob });
  return createWorker().source;
}

async function licenceOf(packageFolder) {
  const names = await readdir(packageFolder);
  const name = names.find((candidate) => /^licen[cs]e(\.(md|txt))?$/i.test(candidate));
  if (!name) throw new Error(`${packageFolder} has no licence file`);
  return readFile(path.join(packageFolder, name), "utf8");
}

async function contentOf(source, change) {
  if (!change) return readFile(source);
  const before = await readFile(source, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${source}: the change meant for it changed nothing`);
  return Buffer.from(after, "utf8");
}

/** The files of one package as [name in our folder, content] pairs. */
async function contents(spec, packageFolder) {
  const copied = await Promise.all(
    spec.files.map(async ({ from, to, change }) => [to, await contentOf(path.join(packageFolder, from), change)]),
  );
  const licences = [["LICENSE", Buffer.from(await licenceOf(packageFolder))]];
  for (const name of spec.extraLicences ?? []) licences.push([name, await readFile(path.join(packageFolder, name))]);
  if (spec.bundled) {
    const parts = await Promise.all(
      spec.bundled.map(async (name) => `${name}\n\n${(await licenceOf(path.join(MODULES, name))).trim()}\n`),
    );
    licences.push(["LICENSE-BUNDLED.txt", Buffer.from(parts.join("\n----\n\n"))]);
  }
  return [...copied, ...licences];
}

async function vendor(spec) {
  const packageFolder = path.join(MODULES, spec.name);
  const { version, license } = JSON.parse(await readFile(path.join(packageFolder, "package.json"), "utf8"));
  const folder = `${spec.folder ?? spec.name}-${version}`;
  await mkdir(path.join(ROOT, spec.target, folder), { recursive: true });
  const files = {};
  for (const [name, content] of await contents(spec, packageFolder)) {
    await writeFile(path.join(ROOT, spec.target, folder, name), content);
    files[name] = createHash("sha256").update(content).digest("hex");
  }
  return { name: spec.name, version, licence: license, folder, files };
}

for (const target of [SERVED, TESTS_ONLY]) {
  await rm(path.join(ROOT, target), { recursive: true, force: true });
  const packages = [];
  for (const spec of PACKAGES.filter((candidate) => candidate.target === target)) packages.push(await vendor(spec));
  await writeFile(path.join(ROOT, target, "vendor.json"), `${JSON.stringify({ packages }, null, 2)}\n`);
  for (const { folder, licence } of packages) process.stdout.write(`${target}/${folder} (${licence})\n`);
}
