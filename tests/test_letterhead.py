"""A paper has the office's logo, and fetches nothing all the same."""

from flask import Flask

from queue_app import documents, letterhead
from tests.domain.test_signage import picture
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.test_display_content import PAGE, upload


def test_the_logo_stands_in_the_paper_itself(app: Flask, desk: Desk) -> None:
    citra = Person(app, "supervisor")
    citra.open(PAGE)
    with desk.db.read() as session:
        office = desk.office(session)
        with app.app_context():
            assert letterhead.logo(office) is None
            upload(citra, picture(kind="PNG"), **{"as": "logo"})
            logo = letterhead.logo(office)
    assert logo is not None
    assert logo.startswith("data:image/webp;base64,")
    with_logo = documents.to_pdf(f'<img src="{logo}" alt="">')
    without = documents.to_pdf('<img src="http://127.0.0.1:9/logo.png" alt="">')
    assert b"/Subtype /Image" in with_logo
    assert b"/Subtype /Image" not in without
