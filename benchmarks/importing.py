"""`import partner_comms` beside `import attrs`, in fresh interpreters, both less a bare start.

What is measured is the package as it is installed, with its compiled modules: where Python is
told to write none, each import compiles the source again, and that is another number.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
from pathlib import Path

import partner_comms

from .timing import interleaved, report


def start(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    compileall.compile_dir(Path(partner_comms.__file__).parent, quiet=1)
    times = interleaved(
        {
            "nothing": lambda: start("pass"),
            "attrs": lambda: start("import attrs"),
            "ours": lambda: start("import partner_comms"),
        },
        80,
    )
    ratio = (times["ours"] - times["nothing"]) / (times["attrs"] - times["nothing"])
    report("import partner_comms / import attrs", ratio, 1.4)


if __name__ == "__main__":
    main()
