"""Who may do what: the one table. What does not stand here is refused to everybody.

``ROLES`` says who has a permission, ``ENDPOINTS`` which permission a page or an operation of the API needs, ``SOCKETS``
the same for what a socket sends. ``queue_app.auth`` asks the table before each request and each message of a socket.
Every permission but ``PUBLIC`` reaches only as far as the own office: what is another office's is not found, or
refused as ``other_office`` where the office stands in the address.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from queue_app.models import Role, Scope

CITIZEN = "citizen"
"""Anybody; nobody has signed in."""

DEVICE = "device"
"""A browser that stands in the office and was paired with it: a display or a kiosk."""


class Permission(StrEnum):
    """``SETUP``: anybody, while there is no office, but only with the server's one-time code, which the pages ask for;
    afterwards they are not there. ``KIOSK`` and ``SCREEN`` belong to a paired browser. Which office and which display
    it is stands in the address, so the page itself tells a wrong one; outside the production profile every browser may
    try the kiosk."""

    PUBLIC = "public"
    SETUP = "setup"
    SIGNED_IN = "signed_in"
    SCREEN = "screen"
    KIOSK = "kiosk"
    DESK = "desk"
    RECEPTION = "reception"
    OVERSEE_READ = "oversee_read"
    OVERSEE = "oversee"
    ADMINISTER = "administer"


OF_DEVICES = frozenset({Permission.SCREEN, Permission.KIOSK})

STAFF = frozenset({Role.OFFICER, Role.RECEPTION, Role.SUPERVISOR, Role.ADMIN})
"""Who works with citizens; who audits only looks on."""

ROLES: Mapping[Permission, frozenset[str]] = MappingProxyType(
    {
        Permission.PUBLIC: frozenset({CITIZEN, DEVICE, *Role}),
        Permission.SETUP: frozenset({CITIZEN, DEVICE, *Role}),
        Permission.SIGNED_IN: frozenset(Role),
        Permission.SCREEN: frozenset({DEVICE}),
        Permission.KIOSK: frozenset({DEVICE, *STAFF}),
        Permission.DESK: frozenset({Role.OFFICER}),
        Permission.RECEPTION: STAFF,
        Permission.OVERSEE_READ: frozenset({Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR}),
        Permission.OVERSEE: frozenset({Role.SUPERVISOR, Role.ADMIN}),
        Permission.ADMINISTER: frozenset({Role.ADMIN}),
    }
)

# By permission and blueprint: the names of the views.
_VIEWS: Mapping[Permission, Mapping[str, str]] = {
    Permission.PUBLIC: {
        "": "static",
        "api_guide": "show",
        "citizen": "book book_submit favicon hold home office_page",
        "crowd": "show",
        "complain": "appeal back form message show submit withdraw",
        "data_out": "calendar",
        "display": "asked counter_light media show",
        "feedback": "survey survey_submit thanks",
        "installed": "manifest robots service_worker tickets",
        "kiosk": "check_in done show",
        "portal": "show widget",
        "presence": "check_in display_code here scanned",
        "privacy": "notice",
        "promise": "show",
        "screen": "begin pair state",
        "numbers": "show",
        "oidc": "begin come_back",
        "session": "choose_language code code_submit sign_in sign_in_submit sign_out",
        "standby": "ask entry join leave",
        "survey": "send show",
        "tell": "stop_address stop_browser tell_address tell_browser",
        "ticket": "calendar cancel check_in defer reschedule reschedule_submit ticket_page way",
        "voice": "recording turn",
    },
    Permission.SETUP: {
        "setup": "begin enter show submit",
    },
    Permission.SIGNED_IN: {
        "account": "confirm_second_step end_others end_session new_codes password second_step set_password set_pin "
        "show",
        "cover": "active cover show uncover",
        "help": "one picture show",
    },
    Permission.SCREEN: {
        "screen": "asked show",
    },
    Permission.KIOSK: {
        "kiosk_complaint": "done show submit",
        "kiosk_take": "again category confirm done print_again printed reach services start take",
    },
    Permission.DESK: {
        "desk": "back_to_the_desk live show take",
        "heard": "back show view",
        "own_dialogue": "back_own file_own one_own show_own take_own",
        "own_figures": "back contest outage show",
    },
    Permission.RECEPTION: {
        "front_desk": "back cancel category find issue slip",
        "printing": "back print_again",
        "reception": "back check_in show",
        "reception_complaint": "show slip submit",
    },
    Permission.OVERSEE_READ: {
        "audit": "show visit",
        "claims": "show",
        "comparison": "chart show",
        "complaints": "back file one show",
        "crowd_check": "as_file supervise",
        "dashboard": "chart show story visits visitsas_csv",
        "data_out": "events show",
        "dialogue": "all_files back file one show",
        "display_content": "show",
        "interventions": "back chart one paper show",
        "manage": "back live show",
        "monitoring": "chart show",
        "planning": "needs_file show what_if_file",
        "privacy": "show",
        "quality": "information information_file satisfaction satisfaction_file",
        "reports": "file live show",
        "settings_history": "one show",
        "supervisor": "live show",
        "wait_accuracy": "show",
    },
    Permission.OVERSEE: {
        "claims": "decide",
        "complaints": "do",
        "data_out": "renew",
        "dialogue": "start take",
        "display_content": "add_line change remove_line set_look upload",
        "interventions": "propose take",
        "levers": "acknowledge announce back close_day day end_shift move move_all pause restart resume stop take_back",
        "manage": "change create identify pair reload remove revoke",
        "monitoring": "annotate remove seen",
        "planning": "ask_needs ask_what_if",
        "quality": "share",
        "reception": "end_pairings pair",
        "reports": "ask",
    },
    Permission.ADMINISTER: {
        "moving": "bring drop errors one read show undo upload",
        "calendar": "back close confirm load open_again set_hours show",
        "configuration": "carry_out download preview show",
        "counters": "add back change retire show",
        "kiosks": "show",
        "offered": "add merge one save show",
        "people": "create do one show",
        "tokens": "create revoke show",
        "webhooks": "create do one show",
        "personal_requests": "erase find hand_over show",
        "settings": "save show",
        "settings_history": "put_back",
        "settings_home": "show",
        "printers": "add back change retire show test",
        "skills": "save show",
        "voices": "back sample show speaks",
    },
}

_OF_API: tuple[tuple[Permission, Scope | None, str], ...] = (
    (
        Permission.PUBLIC,
        None,
        "cancel_ticket defer_ticket get_board get_challenge get_complaint get_crowd get_office get_ticket "
        "foretell_wait give_feedback give_up_hold health list_offices list_slots list_soonest openapi readiness "
        "reschedule_ticket send_complaint add_contact answer_survey appeal_complaint get_calendar get_survey "
        "get_waiting_place leave_waiting_list list_contacts stop_contact withdraw_complaint write_to_complaint "
        "get_promise",
    ),
    (
        Permission.PUBLIC,
        Scope.TICKETS,
        "check_in_ticket hold_slot issue_ticket join_waiting_list check_in_by_code",
    ),  # a token where one is sent
    (
        Permission.DESK,
        Scope.DESK,
        "call_chosen call_next close_counter finish_ticket flag_ticket hold_ticket no_show_ticket open_counter "
        "pause_counter recall_ticket resume_ticket return_ticket start_ticket transfer_ticket undo_ticket "
        "contest_outage list_heard show_desk show_own_figures state_view finish_and_call_next add_own_note "
        "answer_dialogue "
        "export_own_dialogue list_own_dialogues mark_own_action_done show_own_dialogue",
    ),
    (
        Permission.RECEPTION,
        Scope.TICKETS,
        "set_category file_complaint find_tickets get_receipt give_up_ticket list_expected print_ticket",
    ),
    (Permission.SIGNED_IN, None, "give_up_token show_token"),  # whatever the token is for
    (
        Permission.OVERSEE_READ,
        Scope.FIGURES,
        "list_interventions officer_metrics service_metrics show_intervention wait_metrics accuracy_metrics "
        "list_alerts list_announcements satisfaction_metrics show_live compare_offices crowd_metrics "
        "dashboard_metrics export_visits fetch_report forecast_metrics list_reports list_visits show_monitoring "
        "show_report show_story",
    ),
    (
        Permission.OVERSEE_READ,
        Scope.SUPERVISE,
        "export_complaints list_claims list_complaints show_complaint export_dialogue export_dialogues list_dialogues "
        "show_dialogue",
    ),
    (Permission.OVERSEE_READ, Scope.EXPORT, "check_logs find_visits tell_visit"),
    (Permission.ADMINISTER, Scope.PRIVACY, "copy_person erase_person find_person list_deeds"),
    (Permission.OVERSEE_READ, Scope.DISPLAYS, "list_displays show_content show_display"),
    (
        Permission.OVERSEE,
        Scope.DISPLAYS,
        "add_line change_display change_look change_medium create_display end_pairings identify_display pair_display "
        "reload_display remove_display remove_line remove_medium revoke_display upload_medium",
    ),
    (
        Permission.OVERSEE_READ,
        Scope.EXPORT,
        "list_changes list_events read_change export_events get_calendar_address list_event_fields",
    ),
    (Permission.OVERSEE, Scope.FIGURES, "ask_report plan_needs plan_what_if"),
    (Permission.OVERSEE, Scope.EXPORT, "renew_calendar_address stop_calendar_address"),
    (
        Permission.OVERSEE,
        Scope.LEVERS,
        "announce close_day end_shift move_ticket move_waiting pause_service resume_issuing resume_service "
        "stop_issuing acknowledge_alert take_back_announcement",
    ),
    (
        Permission.OVERSEE,
        Scope.SUPERVISE,
        "assign_complaint classify_complaint decide_claims decide_complaint reopen_complaint reply_to_complaint "
        "set_survey_share summarise_complaint add_note agree_action annotate change_intervention close_dialogue "
        "close_intervention mark_action_done mark_signal_seen open_dialogue open_results propose_intervention "
        "remove_annotation remove_target reopen_dialogue reopen_intervention set_conduct set_target start_dialogues",
    ),
    (
        Permission.ADMINISTER,
        Scope.WEBHOOKS,
        "change_webhook create_webhook list_deliveries list_webhooks remove_webhook replay_webhook rotate_webhook "
        "show_webhook start_webhook stop_webhook try_webhook",
    ),
    (
        Permission.ADMINISTER,
        Scope.PEOPLE,
        "activate_person add_person create_token deactivate_person end_sessions list_people list_sign_ins list_tokens "
        "reset_password revoke_token set_role show_person",
    ),
    (
        Permission.ADMINISTER,
        Scope.MOVING,
        "bring_import drop_import list_imports look_at_import read_import rejected_rows show_import undo_import "
        "upload_import",
    ),
    (
        Permission.ADMINISTER,
        Scope.MANAGE,
        "add_counter add_printer add_service apply_configuration change_counter change_printer change_service "
        "change_settings clear_day confirm_holidays hear_sample list_counters list_printers list_services "
        "load_holidays merge_service preview_configuration put_back_change read_calendar read_configuration "
        "read_counter read_kiosks read_printer read_service read_settings read_skills read_voice retire_counter "
        "retire_printer set_day set_hours set_service_hours set_skills set_speaking try_printer unmerge_service",
    ),
)
"""The operations of the API: who may, and what the token must be for; None where none is read."""

ENDPOINTS: Mapping[str, Permission] = MappingProxyType(
    {
        f"{blueprint}.{view}" if blueprint else view: permission
        for permission, views in _VIEWS.items()
        for blueprint, names in views.items()
        for view in names.split()
    }
    | {f"api.{name}": permission for permission, _, names in _OF_API for name in names.split()}
)
"""The permission that each endpoint of Flask needs."""

_SCOPES: Mapping[str, Scope | None] = {f"api.{name}": scope for _, scope, names in _OF_API for name in names.split()}

WITH_ANY_TOKEN = frozenset({"api.give_up_token", "api.show_token"})
"""Operations about the token itself, whatever it is for."""

_BY_NAME = frozenset({Scope.PEOPLE, Scope.PRIVACY})
"""What no token is for unless it was said: who has accounts here, and what is kept of citizens."""

WHILE_COVERED = frozenset({"cover.show", "cover.uncover", "cover.cover"})
"""What a session whose screen is covered may use of that for which one must be signed in."""

UNFINISHED = frozenset(
    {"account.password", "account.set_password", "account.second_step", "account.confirm_second_step"}
)
"""What may be used by who must first choose a password or set up the second step."""

SOCKETS: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("/display", "connect"): ROLES[Permission.PUBLIC],
        ("/display", "snapshot"): ROLES[Permission.PUBLIC],
        ("/display", "seen"): ROLES[Permission.PUBLIC],
        ("/display", "disconnect"): ROLES[Permission.PUBLIC],
        ("/ticket", "connect"): ROLES[Permission.PUBLIC],
        ("/ticket", "disconnect"): ROLES[Permission.PUBLIC],
        ("/desk", "connect"): frozenset(Role),
        ("/desk", "disconnect"): ROLES[Permission.PUBLIC],
    }
)
"""Who may send each message of each namespace of the sockets."""


def of_endpoint(endpoint: str) -> frozenset[str]:
    """Who may: names of roles, ``CITIZEN`` and ``DEVICE``; nobody for what is not in the table."""
    permission = ENDPOINTS.get(endpoint)
    return ROLES[permission] if permission is not None else frozenset()


def scope_of(endpoint: str) -> Scope | None:
    """The scope that a token needs for an operation of the API; None for one that reads no token."""
    return _SCOPES.get(endpoint)


def scopes_of(role: Role) -> tuple[Scope, ...]:
    """What a token of somebody with that role can be for."""
    named = {scope_of(endpoint) for endpoint in ENDPOINTS if endpoint.startswith("api.") and role in _users(endpoint)}
    return tuple(scope for scope in Scope if scope in named)


def usual_scopes_of(role: Role) -> tuple[Scope, ...]:
    """The same, without what must be asked for by its name."""
    return tuple(scope for scope in scopes_of(role) if scope not in _BY_NAME)


def _users(endpoint: str) -> frozenset[str]:
    """Whose token an operation reads; one for everybody reads that of who works with citizens."""
    allowed = of_endpoint(endpoint)
    return frozenset(STAFF) if CITIZEN in allowed else allowed


def of_message(namespace: str, event: str) -> frozenset[str]:
    """The same for a message of a socket."""
    return SOCKETS.get((namespace, event), frozenset())
