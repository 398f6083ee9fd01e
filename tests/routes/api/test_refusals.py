"""Every code that a program may get is in the catalogue."""

import ast
from pathlib import Path

from queue_app.routes.api.refusals import REFUSALS
from queue_app.routes.problems import HTTP_REFUSALS

ROOT = Path(__file__).parents[3]


NOT_IN_THE_API = {
    "weak_password",
    *("already_listed", "already_placed", "list_full", "place_available", "too_late", "unknown_entry"),
    *("form_expired", "too_fast"),
    *("bad_stretch", "bad_year", "unknown_setting"),
    *("bad_span", "nothing_in_span", "no_leg_chosen", "unknown_claim", "own_claim", "claim_moved"),
    *("bad_outcome", "nobody_there"),
    "bad_answer",
    "name_too_short",
    "bad_entry",
    "code_needed",
    "ticket_of_other_office",
    "unknown_feed",
    "unknown_label",
    "unknown_manual",
    *("deactivated", "held_up"),
}


def test_every_code_below_the_api_is_in_the_catalogue() -> None:
    """A new refusal in a use case must be given its meaning for programs."""
    sources = [*(ROOT / "queue_app").glob("*.py"), *(ROOT / "queue_app/routes/api").rglob("*.py")]
    codes = {
        code for path in sources if "cli" not in path.stem for code in raised_codes(path.read_text(encoding="utf-8"))
    }
    assert len(codes) > 20
    assert codes - NOT_IN_THE_API <= set(REFUSALS)


def raised_codes(text: str) -> set[str]:
    errors = {"QueueError", "NotFound", "Forbidden", "Invalid"}
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def test_what_the_framework_refuses_has_the_catalogues_status() -> None:
    known = {status: code for status, (code, _) in HTTP_REFUSALS.items() if code in REFUSALS}
    assert {405, 413, 429, 500} <= known.keys()
    assert all(REFUSALS[code].status == status for status, code in known.items())
