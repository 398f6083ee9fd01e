"""Everything that a page can do, a program with the right token can: each endpoint that takes a POST, and each page of
figures or of work in hand, stands here with the operations that do the same, or with the reason why none does.
"""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from tests.routes.api.program import BY_NAME

WORK = ("/supervisor", "/desk", "/reception", "/manage")
"""Pages of these show what somebody works with; every one of them counts, not only those that take a POST."""

SHOWN = {
    *("promise.show", "crowd.show", "portal.show", "portal.widget", "ticket.ticket_page", "ticket.calendar"),
    *("standby.entry", "complain.show", "survey.show", "installed.tickets", "data_out.calendar", "privacy.notice"),
}
"""Public pages that show something of an office or of a ticket."""

ADDRESS_BAR = {
    *("back", "back_own", "back_to_the_desk"),
}
"""Views that only lead a browser back from a POST that was refused."""

BY_OPERATIONS: dict[str, str] = {
    "comparison.show": "compare_offices",
    "crowd_check.as_file": "get_crowd",
    "crowd_check.supervise": "crowd_metrics get_crowd",
    "dashboard.show": "dashboard_metrics",
    "dashboard.story": "show_story",
    "dashboard.visits": "list_visits",
    "dashboard.visitsas_csv": "export_visits",
    "data_out.events": "export_events",
    "data_out.renew": "renew_calendar_address stop_calendar_address",
    "data_out.show": "list_event_fields get_calendar_address",
    "dialogue.all_files": "export_dialogues",
    "dialogue.file": "export_dialogue",
    "dialogue.one": "show_dialogue",
    "dialogue.show": "list_dialogues",
    "dialogue.start": "start_dialogues",
    "dialogue.take": "set_target remove_target set_conduct agree_action "
    "mark_action_done add_note open_dialogue close_dialogue reopen_dialogue",
    "front_desk.cancel": "give_up_ticket",
    "front_desk.find": "find_tickets",
    "interventions.propose": "propose_intervention",
    "interventions.take": "change_intervention open_results close_intervention reopen_intervention",
    "kiosk.check_in": "check_in_by_code",
    "kiosk_take.print_again": "print_ticket",
    "monitoring.annotate": "annotate",
    "monitoring.remove": "remove_annotation",
    "monitoring.seen": "mark_signal_seen",
    "monitoring.show": "show_monitoring",
    "own_dialogue.file_own": "export_own_dialogue",
    "own_dialogue.one_own": "show_own_dialogue",
    "own_dialogue.show_own": "list_own_dialogues",
    "own_dialogue.take_own": "answer_dialogue add_own_note mark_own_action_done",
    "presence.check_in": "check_in_ticket check_in_by_code",
    "printing.print_again": "print_ticket",
    "promise.show": "get_promise",
    "reception.show": "list_expected find_tickets",
    "reports.ask": "ask_report",
    "reports.file": "fetch_report",
    "reports.show": "list_reports show_report",
    "wait_accuracy.show": "forecast_metrics",
    "claims.decide": "decide_claims",
    "claims.show": "list_claims",
    "complain.appeal": "appeal_complaint",
    "complain.message": "write_to_complaint",
    "complain.withdraw": "withdraw_complaint",
    "complaints.do": "assign_complaint classify_complaint summarise_complaint reply_to_complaint decide_complaint "
    "reopen_complaint",
    "complaints.file": "export_complaints",
    "complaints.one": "show_complaint",
    "complaints.show": "list_complaints",
    "desk.show": "show_desk",
    "heard.show": "list_heard",
    "heard.view": "state_view",
    "kiosk_complaint.submit": "file_complaint",
    "levers.acknowledge": "acknowledge_alert",
    "levers.take_back": "take_back_announcement",
    "own_figures.outage": "contest_outage",
    "own_figures.show": "show_own_figures",
    "quality.information": "accuracy_metrics",
    "quality.satisfaction": "satisfaction_metrics",
    "quality.share": "set_survey_share",
    "reception_complaint.submit": "file_complaint",
    "standby.entry": "get_waiting_place",
    "standby.join": "join_waiting_list",
    "standby.leave": "leave_waiting_list",
    "supervisor.show": "show_live list_alerts list_announcements officer_metrics",
    "survey.send": "answer_survey",
    "survey.show": "get_survey",
    "tell.stop_address": "stop_contact",
    "tell.stop_browser": "stop_contact",
    "tell.tell_address": "add_contact",
    "tell.tell_browser": "add_contact",
    "ticket.calendar": "get_calendar",
    # The citizen's.
    "citizen.book_submit": "issue_ticket",
    "citizen.hold": "hold_slot give_up_hold",
    "complain.submit": "send_complaint",
    "complain.show": "get_complaint",
    "crowd.show": "get_crowd",
    "feedback.survey_submit": "give_feedback",
    "portal.show": "list_soonest",
    "portal.widget": "list_soonest get_board",
    "ticket.cancel": "cancel_ticket",
    "ticket.check_in": "check_in_ticket",
    "ticket.defer": "defer_ticket",
    "ticket.reschedule_submit": "reschedule_ticket",
    "ticket.ticket_page": "get_ticket",
    "ticket.way": "get_ticket",
    # The reception's and the kiosk's.
    "front_desk.category": "set_category",
    "front_desk.issue": "issue_ticket",
    "kiosk_take.take": "issue_ticket",
    "reception.check_in": "check_in_ticket",
    # The officer's.
    "desk.take": "finish_and_call_next open_counter close_counter pause_counter call_next call_chosen recall_ticket "
    "start_ticket "
    "finish_ticket hold_ticket resume_ticket transfer_ticket return_ticket no_show_ticket undo_ticket flag_ticket",
    "own_figures.contest": "flag_ticket",
    # The supervisor's.
    "interventions.one": "show_intervention",
    "interventions.show": "list_interventions",
    "levers.announce": "announce",
    "levers.close_day": "close_day",
    "levers.end_shift": "end_shift",
    "levers.move": "move_ticket",
    "levers.move_all": "move_waiting",
    "levers.pause": "pause_service",
    "levers.restart": "resume_issuing",
    "levers.resume": "resume_service",
    "levers.stop": "stop_issuing",
    "planning.ask_needs": "plan_needs",
    "planning.ask_what_if": "plan_what_if",
    "planning.needs_file": "plan_needs",
    "planning.show": "plan_needs plan_what_if",
    "planning.what_if_file": "plan_what_if",
    # The administrator's.
    "display_content.add_line": "add_line",
    "display_content.change": "change_medium remove_medium",
    "display_content.remove_line": "remove_line",
    "display_content.set_look": "change_look",
    "display_content.show": "show_content",
    "display_content.upload": "upload_medium",
    "manage.change": "change_display",
    "manage.create": "create_display",
    "manage.identify": "identify_display",
    "manage.pair": "pair_display",
    "manage.reload": "reload_display",
    "manage.remove": "remove_display",
    "manage.revoke": "revoke_display",
    "manage.show": "list_displays show_display",
    "moving.bring": "bring_import",
    "moving.drop": "drop_import",
    "moving.errors": "rejected_rows",
    "moving.one": "show_import look_at_import",
    "moving.read": "read_import",
    "moving.show": "list_imports",
    "moving.undo": "undo_import",
    "moving.upload": "upload_import",
    "people.create": "add_person",
    "people.do": "set_role deactivate_person activate_person reset_password end_sessions",
    "people.one": "show_person list_sign_ins",
    "people.show": "list_people list_sign_ins",
    "tokens.create": "create_token",
    "tokens.revoke": "revoke_token",
    "tokens.show": "list_tokens",
    "audit.show": "find_visits check_logs",
    "audit.visit": "tell_visit",
    "personal_requests.erase": "erase_person",
    "personal_requests.find": "find_person",
    "personal_requests.hand_over": "copy_person",
    "personal_requests.show": "find_person",
    "privacy.show": "list_deeds",
    "reception.end_pairings": "end_pairings",
    "calendar.close": "set_day",
    "calendar.confirm": "confirm_holidays",
    "calendar.load": "load_holidays",
    "calendar.open_again": "clear_day",
    "calendar.set_hours": "set_hours set_service_hours",
    "calendar.show": "read_calendar",
    "configuration.carry_out": "apply_configuration",
    "configuration.download": "read_configuration",
    "configuration.preview": "preview_configuration",
    "configuration.show": "read_configuration",
    "counters.add": "add_counter",
    "counters.change": "change_counter",
    "counters.retire": "retire_counter",
    "counters.show": "list_counters read_counter",
    "kiosks.show": "read_kiosks",
    "offered.add": "add_service",
    "offered.merge": "merge_service unmerge_service",
    "offered.one": "read_service",
    "offered.save": "change_service",
    "offered.show": "list_services",
    "printers.add": "add_printer",
    "printers.change": "change_printer",
    "printers.retire": "retire_printer",
    "printers.show": "list_printers read_printer",
    "printers.test": "try_printer",
    "settings.save": "change_settings",
    "settings.show": "read_settings",
    "settings_history.one": "read_change",
    "settings_history.put_back": "put_back_change",
    "settings_history.show": "list_changes",
    "settings_home.show": "read_settings list_services list_counters list_printers list_changes list_webhooks",
    "skills.save": "set_skills",
    "skills.show": "read_skills",
    "voices.sample": "hear_sample",
    "voices.show": "read_voice",
    "voices.speaks": "set_speaking",
    "webhooks.create": "create_webhook",
    "webhooks.do": "try_webhook replay_webhook rotate_webhook remove_webhook change_webhook start_webhook stop_webhook",
    "webhooks.one": "show_webhook list_deliveries",
    "webhooks.show": "list_webhooks",
}

_SIGNED_IN = "who is signed in at a browser; a program has a token in its place"
_BROWSER = "a choice that this browser alone keeps"
_PAIRED = "pairs the browser that asks, by its cookie"
_LIVE = "a part of a page that asks for itself; the operations of the whole page answer as often as they are asked"
_PICTURE = "draws the figures of its page, which a program gets as figures"
_PAPER = "puts on paper for people what a program gets as figures"

NOT_FOR_PROGRAMS: dict[str, str] = {
    **dict.fromkeys(
        (f"account.{name}" for name in ("confirm_second_step", "end_others", "end_session", "new_codes")), _SIGNED_IN
    ),
    **dict.fromkeys(("account.set_password", "account.set_pin"), _SIGNED_IN),
    **dict.fromkeys(("session.code_submit", "session.sign_in_submit", "session.sign_out"), _SIGNED_IN),
    **dict.fromkeys(("cover.active", "cover.cover", "cover.uncover"), "covers and uncovers a screen that stands open"),
    **dict.fromkeys(("setup.enter", "setup.submit"), "before there is an office nobody can have a token"),
    "session.choose_language": "a choice of this browser; a program says Accept-Language with each request",
    "kiosk_take.reach": _BROWSER,
    "installed.tickets": "the tickets that this browser opened; a program keeps the ids that it was given",
    "privacy.notice": "words for people to read; no figure is in it",
    "reception.pair": _PAIRED,
    "screen.begin": _PAIRED,
    "voice.turn": "which of the paired displays in one room speaks now; it is asked by their cookie",
    "desk.live": _LIVE,
    "supervisor.live": _LIVE,
    "reports.live": _LIVE,
    "manage.live": _LIVE,
    **dict.fromkeys(("interventions.chart", "dashboard.chart", "comparison.chart", "monitoring.chart"), _PICTURE),
    **dict.fromkeys(("quality.satisfaction_file", "quality.information_file"), _PICTURE),
    **dict.fromkeys(("interventions.paper", "front_desk.slip", "reception_complaint.slip"), _PAPER),
    "data_out.calendar": "is for programs itself: whoever has its address fetches it; renew_calendar_address makes one",
    "levers.day": "what close_day would end, before it is asked; close_day takes what was expected",
    "reception_complaint.show": "an empty form",
}


def asked_for(app: Flask) -> set[str]:
    """The endpoints that must stand in the table."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if _counts(rule)}


def _counts(rule: Rule) -> bool:
    blueprint, _, view = rule.endpoint.rpartition(".")
    if blueprint == "api" or view in ADDRESS_BAR:
        return False
    return "POST" in (rule.methods or ()) or rule.rule.startswith(WORK) or rule.endpoint in SHOWN


def named() -> Iterator[tuple[str, str]]:
    for endpoint, names in BY_OPERATIONS.items():
        for name in names.split():
            yield endpoint, name


def test_every_page_is_done_by_an_operation_or_has_a_reason(app: Flask) -> None:
    assert asked_for(app) == BY_OPERATIONS.keys() | NOT_FOR_PROGRAMS.keys()


def test_no_page_stands_there_twice() -> None:
    groups = (set(BY_OPERATIONS), set(NOT_FOR_PROGRAMS))
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_every_operation_that_is_named_exists() -> None:
    assert [(endpoint, name) for endpoint, name in named() if name not in BY_NAME] == []


def test_a_reason_is_one_in_words() -> None:
    assert [endpoint for endpoint, reason in NOT_FOR_PROGRAMS.items() if len(reason.split()) < 3] == []
