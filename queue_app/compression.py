"""Pages, styles and scripts go out compressed: a cheap phone on a poor connection is the usual visitor."""

from flask import Flask, Response, request

from queue_app.flask_extensions import compress


def register(app: Flask) -> None:
    app.config.update(
        # JSON is short. Cookies are same-site, so no other site can probe a page's length for what is in it.
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml", "application/manifest+json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
    )
    compress.init_app(app)
    app.after_request(_read_whole)  # runs before the compression, which came first


def _read_whole(response: Response) -> Response:
    """A static file of ours is small: in one piece it can be compressed with its length, and is closed at once."""
    if request.endpoint == "static" and response.status_code == 200 and response.is_streamed:
        file = response.response
        response.direct_passthrough = False
        response.get_data()
        if hasattr(file, "close"):
            file.close()
    return response
