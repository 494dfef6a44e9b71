"""Documents of the lab as still pages, which any browser shows: worksheets, and each notebook as text and code.

A link in a worksheet opens the notebook itself; one in a still lesson leads to the next still lesson. While the lab
loads, it shows the still lesson (`#lesson`) in a frame; links leave the frame.
"""

import html
import json
import re
from pathlib import Path

import mistune

FRAME = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="{up}lab/favicon.ico">
  <title>{title}</title>
  <link rel="stylesheet" href="{up}day13/pages.css">
  <base target="_top">
</head>
<body>
<main id="lesson">
{body}
</main>
</body>
</html>
"""


CODE = '<pre tabindex="0"><code>{}</code></pre>'
STILL = "still"  # the folder of notebooks that are only to be read
PICTURE = """<p class="apart">This page is only to be read: <a href="{up}{live}">open it with its moving parts</a>.</p>
<p>The moving parts look like this:</p>
<p><img src="{up}files/notebooks/images/explorer.png" alt="A network of sixteen agents after three cuts and a crash, in
three partitions, with its controls"></p>
"""


def live(path: str) -> str:
    """The address of a notebook that runs; path: where it stands in the repository."""
    return f"notebooks/index.html?path={path}"


def write_sheet(document: Path, name: str, site: Path) -> None:
    """Write a Markdown document as a page; name: where it stands in the repository, as labs/Day13-Worksheet.md."""
    up = "../" * name.count("/")

    def shown(found: re.Match[str]) -> str:
        path = (Path("/") / name).parent.joinpath(found[1]).resolve().relative_to("/").as_posix()
        return f'href="{up}{live(path)}"'

    text = document.read_text(encoding="utf-8")
    body = re.sub(r'href="([^":]+\.ipynb)"', shown, _drawn(text))
    body = re.sub(r'href="([^":]+)\.md(#[^"]*)?"', r'href="\1.html\2"', body)
    _write((site / name).with_suffix(".html"), _title(text, name), up, body)


def write_still(notebook: Path, name: str, site: Path) -> str:
    """Write a notebook as a page with its texts and its code; gives its title."""
    up = "../" * (name.count("/") + 1)
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    parts = [_drawn(text) if cell["cell_type"] == "markdown" else CODE.format(html.escape(text))
             for cell in cells for text in ["".join(cell["source"])]]
    parts.insert(1, PICTURE.format(up=up, live=live(name)))
    body = re.sub(r'href="([^":#?]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', "\n".join(parts))
    body = re.sub(r'href="(\.\./)?(labs/)?([^":/]+)\.md(#[^"]*)?"', rf'href="{up}labs/\3.html\4"', body)
    title = _title("".join(cells[0]["source"]), name)
    _write((site / STILL / name).with_suffix(".html"), title, up, body)
    return title


def _drawn(text: str) -> str:
    drawn = str(mistune.create_markdown(escape=False, plugins=["table"])(text))
    return drawn.replace("<pre>", '<pre tabindex="0">')  # a keyboard can scroll it


def _title(text: str, name: str) -> str:
    return next((line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), name)


def _write(page: Path, title: str, up: str, body: str) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(FRAME.format(title=html.escape(title), up=up, body=body), encoding="utf-8")
