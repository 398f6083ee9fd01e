"""Schemathesis sends what the API's document allows, and what it does not, as everybody: no answer is a fault, and each
has the status, type and form that the document gives it. ``make test-contract`` tries more of each.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from queue_app.models import Role
from queue_app.permissions import CITIZEN, DEVICE
from queue_app.routes.api.frame.document import document
from tests.office import SLUG
from tests.routes.api.program import BY_NAME
from tests.routes.town import ELSEWHERE, SITE, Town

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "2"))
CALLERS = [(CITIZEN, SLUG), (DEVICE, SLUG), *((role, slug) for role in Role for slug in (SLUG, ELSEWHERE))]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture(scope="module")
def names(town: Town) -> Mapping[str, list[str]]:
    """What stands in the town, to be named in paths: tickets of every state, a counter, services."""
    desk = town.desk
    desk.open("petugas1", 1)
    served = desk.serve()
    tickets = [served, desk.book(), *(desk.join() for _ in range(6))]
    assert desk.call_next("petugas1", 1) is not None
    with town.db.read() as session:
        counter = str(desk.counter_id(session, 1))
    return {
        "office": [SLUG, ELSEWHERE],
        "service": ["A", "B"],
        "ticket": [ticket.public_id for ticket in tickets],
        "counter": [counter],
        "counter_number": ["1", "2"],
        "day": ["2026-12-24", "2099-12-31"],
    }


@cache
def described() -> list[APIOperation[Any, Any, Any, Any]]:
    """Read once: an operation keeps what it worked out of its schemas, which is most of what a case costs."""
    return [each.ok() for each in openapi.from_dict(document()).get_all_operations() if isinstance(each, Ok)]


def test_every_operation_is_tried() -> None:
    assert {each.definition.raw["operationId"] for each in described()} == set(BY_NAME)


@pytest.mark.parametrize(("who", "slug"), CALLERS)
def test_every_answer_is_documented(town: Town, names: Mapping[str, list[str]], who: str, slug: str) -> None:
    headers = dict(town.token(who, slug))
    if who == DEVICE:
        cookie = town.device.get_cookie("__Host-device", "antrean.test")
        headers["Cookie"] = f"__Host-device={cookie.value if cookie else ''}"
    for operation in described():
        _try(town, operation, names, headers)


def _try(
    town: Town, operation: APIOperation[Any, Any, Any, Any], names: Mapping[str, list[str]], headers: dict[str, str]
) -> None:
    declared = BY_NAME[operation.definition.raw["operationId"]]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        data=st.data(),
    )
    def sent(case: Case[Any], data: st.DataObject) -> None:
        for name in case.path_parameters:
            if name in names:
                case.path_parameters[name] = data.draw(st.sampled_from(names[name]))
        if declared.example is not None and data.draw(st.booleans()):
            case.body = {
                **declared.example,
                **(case.body if isinstance(case.body, dict) and data.draw(st.booleans()) else {}),
            }
            case.media_type = "application/json"
        answer = case.call(base_url=SITE, app=town.app, headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)
        if answer.status_code >= 400 and declared.path != "/healthz":
            code = answer.json()["code"]
            assert code in declared.refusals, f"{operation.label} does not document {code}"

    sent()
