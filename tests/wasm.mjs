// Runs pytest on the Python inside of Pyodide: node tests/wasm.mjs ENVIRONMENT ARGUMENT…
// ENVIRONMENT holds `packages` and Pyodide's `node_modules`: see `make wasm`.

import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [environment, ...args] = process.argv.slice(2);
const pyodide = resolve(environment, "node_modules/pyodide/pyodide.mjs");
const { loadPyodide } = await import(pathToFileURL(pyodide));

// In CI, Hypothesis draws the same each time, here too.
const { CI } = process.env;
const python = await loadPyodide({ env: CI ? { CI } : {} });
const folders = {
    "/packages": resolve(environment, "packages"),
    "/checkout": fileURLToPath(new URL("..", import.meta.url)),
};
for (const [place, root] of Object.entries(folders)) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.globals.set("args", python.toPy(["-p", "no:cacheprovider", ...args]));
try {
    process.exitCode = python.runPython(`
        import os, sys

        sys.dont_write_bytecode = True
        sys.path.insert(0, "/packages")
        os.chdir("/checkout")
        print("Python", sys.version)

        import pytest

        int(pytest.main(args))
    `);
} catch (error) {
    console.error(error.message); // node would print the whole line of code, a megabyte long
    process.exitCode = 1;
}
