"""Lint the JavaScript of the widgets with Biome, where there is a Biome: it is built for some platforms only."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SCRIPTS = REPOSITORY / "labs" / "labkit" / "views" / "stage" / "js"


def main() -> int:
    biome = Path(sys.executable).with_name("biome")
    if not biome.exists():
        print("The JavaScript is not linted here: Biome is not built for this platform. Linux on x86-64 lints it.")
        return 0
    return subprocess.run([biome, "lint", "."], cwd=SCRIPTS, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
