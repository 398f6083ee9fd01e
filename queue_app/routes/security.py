"""The headers that every answer carries. All scripts and styles are files of our own, so no exception is needed."""

from http import HTTPStatus

from flask import Flask, Response, request


def policy(*, frame_ancestors: str = "'none'", script_src: str = "'self'", style_src: str = "'self'") -> str:
    """What a page may load, and which websites may show it in a frame. Script and style in the page itself run only by
    their digests."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {script_src}",
            "worker-src 'self'",
            f"style-src {style_src}",
            "img-src 'self' data:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


_NEEDED = ("autoplay", "camera", "clipboard-write", "fullscreen", "screen-wake-lock", "web-share")
_REFUSED = (
    *("accelerometer", "bluetooth", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer"),
    *("microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)

HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([f"{name}=(self)" for name in _NEEDED] + [f"{name}=()" for name in _REFUSED]),
}
"""What every answer carries that has no other word on it."""

HSTS = "max-age=31536000; includeSubDomains"
"""A browser that was here over https comes by nothing else for a year. Over http browsers don't believe it."""


def headers(*, production: bool) -> dict[str, str]:
    """What an answer carries that is given before the app."""
    return {**HEADERS, **({"Strict-Transport-Security": HSTS} if production else {}), "Cache-Control": "no-store"}


def register(app: Flask) -> None:
    production = app.extensions["antrean_config"].production
    hsts = {"Strict-Transport-Security": HSTS} if production else {}
    always = [(name.lower(), name, value) for name, value in (HEADERS | hsts).items()]

    @app.after_request
    def add_headers(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        for lower, name, value in always:
            if lower not in given:
                response.headers.add(name, value)
        is_file = request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST
        if is_file and request.path.startswith("/static/vendor/"):
            # The version stands in the path: what is there never changes.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not is_file and "cache-control" not in given:
            # A ticket or a desk must never be shown from a cache.
            response.headers.add("Cache-Control", "no-store")
        return response
