"""Serve site/ on this computer only, with the types that browsers insist on: python web/serve.py [PORT]."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "site"


class Handler(SimpleHTTPRequestHandler):
    """Quiet, and JavaScript modules and WebAssembly are called what they are on any machine."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".whl": "application/zip",
        ".ipynb": "application/json",
    }

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing of what went well."""


class Server(ThreadingHTTPServer):
    """A browser that leaves in the middle of a file is nothing to complain about."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def server(port: int = 0, site: Path = SITE, handler: type[Handler] = Handler) -> Server:
    """A server of the site, on a free port unless one is given; it has not begun."""
    return Server(("127.0.0.1", port), partial(handler, directory=str(site)))


if __name__ == "__main__":
    if not (SITE / "index.html").exists():
        sys.exit("There is no site yet: say make site first.")
    with server(int(sys.argv[1]) if len(sys.argv) > 1 else 8013) as serving:
        print(f"The lab is on http://localhost:{serving.server_address[1]}/ until you press Ctrl+C.", flush=True)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            print()
