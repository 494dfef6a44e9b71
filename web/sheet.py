"""Documents of the lab that are no notebooks, as pages of the site; their links to notebooks open them here."""

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
</head>
<body>
{body}
</body>
</html>
"""


def write_sheet(document: Path, name: str, site: Path) -> None:
    """Write a Markdown document as a page; name: where it stands in the repository, as labs/Day13-Worksheet.md."""
    text = document.read_text(encoding="utf-8")
    up = "../" * name.count("/")

    def shown(found: re.Match[str]) -> str:
        path = (Path("/") / name).parent.joinpath(found[1]).resolve().relative_to("/").as_posix()
        return f'href="{up}notebooks/index.html?path={path}"'

    body = re.sub(r'href="([^":]+\.ipynb)"', shown, str(mistune.create_markdown(plugins=["table"])(text)))
    body = re.sub(r'href="([^":]+)\.md(#[^"]*)?"', r'href="\1.html\2"', body)
    page = (site / name).with_suffix(".html")
    page.parent.mkdir(parents=True, exist_ok=True)
    title = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), name)
    page.write_text(FRAME.format(title=title, up=up, body=body), encoding="utf-8")
