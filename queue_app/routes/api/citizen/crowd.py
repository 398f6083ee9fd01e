"""How full an office will be in the coming fortnight."""

from http import HTTPMethod

from queue_app import clock, queries
from queue_app.crowd import outlook
from queue_app.extensions import database
from queue_app.routes.api.citizen.crowd_answers import Crowd, CrowdDay
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import READ


@operation(HTTPMethod.GET, "/api/v1/offices/{office}/crowd", tag="offices", answer=Crowd, refusals=READ)
def get_crowd(office: str) -> Crowd:
    """How many people are expected, by day and hour.

    Today and the 13 days after it, foretold from the office's own past days alone; closed days are named.
    """
    now = clock.now()
    with database().read() as session:
        here = queries.office(session, office)
        found = outlook.fortnight(session, here, now)
        days = [CrowdDay.of(day) for day in found.days]
        return Crowd(office=here.slug, learned_from=found.learned_from, days=days)
