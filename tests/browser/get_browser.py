"""Get a browser for the browser tests where none is installed: the Chromium that Playwright was made for."""

import subprocess
import sys

from lab import open_browser
from playwright.sync_api import sync_playwright


def main() -> int:
    with sync_playwright() as playwright:
        if found := open_browser(playwright):
            print(f"The browser tests use Chromium {found.version}.")
            return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
