"""An address is built as ever, and costs nothing at the start."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from queue_app.routes.rules import LateRule


def test_an_address_is_built_as_ever_and_its_program_is_made_once_when_first_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    compile_builder = Rule._compile_builder

    def counted(rule: Rule, append_unknown: bool = True) -> object:
        made.append(rule.rule)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    app = Flask(__name__)
    app.url_rule_class = LateRule
    app.add_url_rule("/rules/<rule>/tickets/<int:number>", "shown", lambda: "")
    assert app.url_map._rules_by_endpoint["shown"][0].rule not in made
    with app.test_request_context():
        for _ in range(2):
            assert url_for("shown", rule="a b", number=7, page="2 3") == "/rules/a%20b/tickets/7?page=2+3"
    assert made.count("/rules/<rule>/tickets/<int:number>") == 1
