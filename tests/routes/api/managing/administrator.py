"""An administrator's program, which reads something and changes it by the ETag that it got."""

from typing import Any

from werkzeug.test import TestResponse

from tests.routes.api.program import Program

OFFICE = "/offices/senapelan"


class Administrator:
    """Paths are below the office's; ``etags`` holds what was read, by path."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.etags: dict[str, str] = {}

    def read(self, path: str) -> dict[str, Any]:
        answer = self.program.get(OFFICE + path, "admin")
        assert answer.status_code == 200, answer.text
        self.etags[path] = answer.headers.get("ETag", "")
        found: dict[str, Any] = answer.get_json()
        return found

    def send(self, method: str, path: str, body: Any = None, *, read: str | None = None) -> TestResponse:
        """``read``: the path whose ETag is sent; that of ``path`` when left out."""
        etag = self.etags.get(path if read is None else read)
        options = {} if body is None else {"json": body}
        return self.program.send(method, OFFICE + path, "admin", headers={"If-Match": etag} if etag else {}, **options)

    def change(self, method: str, path: str, body: Any = None, *, read: str | None = None) -> dict[str, Any]:
        """Read and change at once, which must succeed."""
        self.read(path if read is None else read)
        answer = self.send(method, path, body, read=read)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def make(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.text
        self.etags[path] = answer.headers["ETag"]
        found: dict[str, Any] = answer.get_json()
        return found
