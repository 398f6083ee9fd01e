"""The headers that every answer carries. All scripts and styles are files of our own, so no exception is needed."""

from flask import Flask, Response, request


def policy(*, frame_ancestors: str = "'none'") -> str:
    """What a page may load, and which websites may show it in a frame."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


POLICY = policy()


def register(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if request.path.startswith("/static/vendor/"):
            # The version stands in the path: what is there never changes.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not request.path.startswith("/static/"):
            # A ticket or a desk must never be shown from a cache.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
