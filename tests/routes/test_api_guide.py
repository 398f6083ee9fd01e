"""The API's document as a page: every operation, refusal and model of it, and links that lead somewhere."""

import re

from flask.testing import FlaskClient

from queue_app.routes import api_guide
from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS


def test_every_operation_model_and_refusal_is_on_it(client: FlaskClient) -> None:
    page = client.get("/api").text
    for declared in OPERATIONS:
        assert f'id="{declared.operation_id}"' in page
        for code in declared.refusals:
            assert f"<code>{code}</code>" in page
    for name in document()["components"]["schemas"]:
        assert f'id="model-{name}"' in page


def test_every_link_of_it_leads_somewhere(client: FlaskClient) -> None:
    page = client.get("/api").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_call_can_be_copied() -> None:
    entries = {entry.key: entry for chapter in api_guide.chapters() for entry in chapter.entries}
    assert entries["call_next"].call == (
        'curl -X POST $ANTREAN/api/v1/counters/1/call-next \\\n  -H "Authorization: Bearer $TOKEN" \\\n'
        "  -H \"Content-Type: application/json\" \\\n  -d '{}'"
    )
    assert "-d '{" in entries["issue_ticket"].call
    assert not entries["issue_ticket"].needs_token


def test_what_is_quoted_is_code() -> None:
    assert api_guide.plain("a ``b`` `c`\n\nd") == [
        [("a ", False), ("b", True), (" ", False), ("c", True)],
        [("d", False)],
    ]
