"""Render every page with its sample, and take its picture.

``python -m tests.skin.preview OUT``              writes OUT/<language>/<program>-<name>.html
``python -m tests.skin.preview OUT --pictures``   and OUT/<theme>-<size>-<program>-<name>.png
``--only NAME``                                   only pages whose name begins so

The pages are served on a loopback port with the programs' content security policy, and a page that
breaks it fails the run.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import http.server
import sys
import threading
from pathlib import Path

from tests.chromium import launch
from tests.skin import sample_office, samples, site

SIZES = {"handheld": (360, 640), "tablet": (1024, 768), "desktop": (1440, 900)}
THEMES = ("light", "dark", "contrast")


def _restyled(screen: object, **changes: str) -> object:
    """The same screen in another language or theme, where it has a frame."""
    frame = getattr(screen, "frame", None)
    if frame is None:
        return screen
    return dataclasses.replace(screen, frame=dataclasses.replace(frame, **changes))  # type: ignore[type-var]


def render_all(out: Path, theme: str = "system") -> list[Path]:
    """Write each page in Swedish and English below `out`; the files, in order."""
    from django.template.loader import render_to_string
    from django.test.utils import override_settings
    from django.utils import translation

    files = []
    for program, pages in (("till", samples.TILL), ("office", sample_office.OFFICE)):
        words = override_settings(LOCALE_PATHS=[str(site.SRC / program / "ui" / "locale")])
        for language in ("sv", "en"):
            (out / language).mkdir(parents=True, exist_ok=True)
            for name, (template, screen) in pages.items():
                with words, translation.override(language):
                    shown = _restyled(screen, language=language, theme=theme)
                    text = render_to_string(
                        f"{program}/{template}", {"screen": shown, "csrf_token": "x" * 64}
                    )
                file = out / language / f"{program}-{name}.html"
                file.write_text(text, encoding="utf-8")
                files.append(file)
    return files


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The pages, and the skin's files below /static/."""

    def translate_path(self, path: str) -> str:
        if path.startswith("/static/"):
            return str(site.STATIC / path.removeprefix("/static/").split("?")[0])
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", site.POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def serve(out: Path) -> http.server.ThreadingHTTPServer:
    """Serve `out` on a free loopback port in a thread; the caller shuts it down."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Pages, directory=str(out))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def take_pictures(out: Path, only: str) -> int:
    """Pictures of every whole page in each theme and size; returns how many broke the policy."""
    from playwright.sync_api import sync_playwright

    broken = 0
    server = serve(out)
    address = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as play:
        browser = launch(play)
        for theme in THEMES:
            files = render_all(out, theme)
            for size, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                heard: list[str] = []
                page.on("console", lambda said, heard=heard: heard.append(said.text))
                for file in files:
                    whole = "<html" in file.read_text(encoding="utf-8")
                    if file.parent.name == "en" or not file.stem.startswith(only) or not whole:
                        continue
                    page.goto(f"{address}/sv/{file.name}")
                    page.evaluate("document.fonts.ready")
                    page.screenshot(path=out / f"{theme}-{size}-{file.stem}.png")
                faults = [text for text in heard if "Security Policy" in text]
                broken += len(faults)
                for text in sorted(set(faults)):
                    print(text, file=sys.stderr)
                page.close()
        browser.close()
    server.shutdown()
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(description="Render the pages with sample screens.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    site.set_up()
    print(f"{len(render_all(wanted.out))} pages")
    return min(1, take_pictures(wanted.out, wanted.only)) if wanted.pictures else 0


if __name__ == "__main__":
    raise SystemExit(main())
