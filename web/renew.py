"""Write web/pins.toml anew: the versions of constraints.txt, the others as they are, with the hashes of their files."""

import hashlib
import re
import tempfile
from pathlib import Path

from fetch import PINS, REPOSITORY, download, for_browser, pins


def renew() -> None:
    """Download each wheel of the pins once, and write its version and its hash into its line."""
    told = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    text, known = PINS.read_text(encoding="utf-8"), pins()
    for section, options in (("wheels", for_browser(known)), ("tools", ())):
        for name, pin in known[section].items():
            version = constrained(name, told) or pin.split()[0]
            with tempfile.TemporaryDirectory() as folder:
                download(Path(folder), *options, f"{name}=={version}")
                (wheel,) = Path(folder).glob("*.whl")
                line = f'{name} = "{version} sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"'
            text = re.sub(rf'^{re.escape(name)} = "[^"]*"$', line, text, flags=re.MULTILINE)
    PINS.write_text(text, encoding="utf-8")


def constrained(name: str, told: str) -> str | None:
    """The version that constraints.txt has for the newest Python; None if it does not name the package."""
    found = re.findall(rf"^{re.escape(name)}==(\S+)( ; python_full_version.*)?$", told, flags=re.MULTILINE)
    return next((version for version, marker in found if "<" not in marker), None)


if __name__ == "__main__":
    renew()
