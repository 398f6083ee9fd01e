"""The pages and the API: thin. Load and authorise, call one use case, show or redirect. One file per kind of person."""

from flask import Flask

from queue_app import clock
from queue_app.auth import check_request, load, may, note_token_use
from queue_app.flask_extensions import csrf, login_manager
from queue_app.routes import (
    account,
    admission,
    api,
    api_guide,
    audit,
    citizen,
    claims,
    comparison,
    complain,
    complaints,
    configuration,
    cover,
    crowd,
    dashboard,
    data_out,
    desk,
    dialogue,
    dialogue_words,
    display_content,
    errors,
    feedback,
    front_desk,
    heard,
    help,
    installed,
    interventions,
    kiosk,
    kiosk_complaint,
    kiosk_take,
    labels,
    levers,
    limits,
    manage_displays,
    monitoring,
    moving,
    numbers,
    oidc,
    own_figures,
    people,
    personal_requests,
    planning,
    portal,
    presence,
    printing,
    privacy,
    promise,
    quality,
    reception,
    reception_complaint,
    reports,
    screen,
    security,
    session,
    setup,
    standby,
    supervisor,
    survey,
    tell,
    texts,
    ticket,
    tokens,
    voice,
    wait_accuracy,
    webhooks,
)
from queue_app.routes.language import language
from queue_app.routes.managing import calendar, counters, history, home, kiosks, offered, printers, settings, skills
from queue_app.routes.managing import voice as managed_voice

__all__ = ["language", "register"]


_BLUEPRINTS = (
    citizen.bp,
    standby.bp,
    ticket.bp,
    tell.bp,
    feedback.bp,
    survey.bp,
    session.bp,
    desk.bp,
    supervisor.bp,
    levers.bp,
    complain.bp,
    complaints.bp,
    heard.bp,
    help.bp,
    kiosk_complaint.bp,
    reception_complaint.bp,
    own_figures.bp,
    dashboard.bp,
    comparison.bp,
    display_content.bp,
    monitoring.bp,
    moving.bp,
    interventions.bp,
    wait_accuracy.bp,
    crowd.bp,
    crowd.supervised,
    dialogue.bp,
    dialogue.own,
    reports.bp,
    planning.bp,
    promise.bp,
    data_out.bp,
    portal.bp,
    api_guide.bp,
    quality.bp,
    claims.bp,
    installed.bp,
    presence.bp,
    kiosk.bp,
    kiosk_take.bp,
    reception.bp,
    front_desk.bp,
    voice.bp,
    screen.bp,
    manage_displays.bp,
    account.bp,
    audit.bp,
    cover.bp,
    numbers.bp,
    oidc.bp,
    people.bp,
    tokens.bp,
    webhooks.bp,
    setup.bp,
    personal_requests.bp,
    privacy.bp,
    configuration.bp,
    home.bp,
    calendar.bp,
    settings.bp,
    counters.bp,
    skills.bp,
    printers.bp,
    kiosks.bp,
    managed_voice.bp,
    offered.bp,
    history.bp,
)


def register(app: Flask) -> None:
    """Add every page, the API, the error pages and the headers that all answers carry."""
    login_manager.user_loader(lambda token: load(token, clock.now()))
    app.before_request(lambda: check_request(clock.now()))
    app.after_request(lambda answer: note_token_use(answer, clock.now()))
    app.after_request(limits.say)
    app.jinja_env.globals["may"] = may
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(voice.bp)  # it changes nothing in anybody's name
    csrf.exempt(screen.bp)  # a screen asks for itself alone
    api.register(app)
    errors.register(app)
    admission.register(app)
    texts.register(app)
    labels.register(app)
    dialogue_words.register(app)
    printing.register(app)
    oidc.register(app)
    security.register(app)
