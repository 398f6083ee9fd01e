"""The program that makes one PDF: HTML on standard input, PDF on standard output. Started by ``documents.to_pdf``."""

import sys
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

_HERE = Path(__file__).parent
_FONT = (
    _HERE.parent / "static/vendor/atkinson-hyperlegible-next-5.3.0/atkinson-hyperlegible-next-latin-wght-normal.woff2"
)


class _OnlyTheFont(URLFetcher):  # type: ignore[misc] # weasyprint ships no types
    """A paper's words are other people's: nothing that they name is fetched. Pictures stand in the paper itself."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        if url.startswith("data:image/"):
            return super().fetch(url)
        if url != _FONT.as_uri():
            raise ValueError("a paper holds everything that it shows")
        return URLFetcherResponse(url, _FONT.read_bytes(), {"Content-Type": "font/woff2"})


def main() -> None:
    fonts = FontConfiguration()
    fetcher = _OnlyTheFont()
    style = (_HERE / "paper.css").read_text(encoding="utf-8").replace("FONT_FILE", _FONT.as_uri())
    sheet = CSS(string=style, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=fetcher)
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[sheet], font_config=fonts))


if __name__ == "__main__":
    main()
