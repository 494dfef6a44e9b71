"""Lint the JavaScript of widgets and site with Biome, where there is a Biome: it is built for some platforms only."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SCRIPTS = ("labs/labkit/views/stage/js", "web/page/day13")


def main() -> int:
    biome = Path(sys.executable).with_name("biome")
    if not biome.exists():
        print("The JavaScript is not linted here: Biome is not built for this platform. Linux on x86-64 lints it.")
        return 0
    return subprocess.run([biome, "lint", *SCRIPTS], cwd=REPOSITORY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
