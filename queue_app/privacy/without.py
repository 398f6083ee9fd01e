"""All columns without personal data: numbers of rows, states, instants, settings, what the office tells everybody.

A column that is added stands here or in ``data_map``; a test fails until it does.
"""

WITHOUT: dict[str, str] = {
    "alert": "id office_id kind subject_id facts raised_at cleared_at acknowledged_at acknowledged_by_id",
    "annotation": "id office_id kind start_day end_day created_at removed_at",
    "announcement": "id office_id service_id day key created_at until ended_at",
    "api_token": "id user_id beginning scopes made_by_id made_with_id created_at expires_at revoked_at",
    "archived_day": "id office_id month day rows first_seq last_seq",
    "archived_run": "office_id last_seq first_seq month before digest",
    "booking_feed": "office_id digest made_at",
    "chain_head": "office_id log seq digest",
    "closure": "id office_id day reason hours",
    "complaint": (
        "id office_id number ticket_id service_id officer_id assignee_id channel subject severity state "
        "version due_on resolution finished_at key created_at"
    ),
    "complaint_entry": "id complaint_id at actor_id step from_state to_state message_id key office_id seq digest",
    "complaint_message": "id complaint_id",
    "configuration_change": "id office_id at seq digest",
    "contact": "id ticket_id channel created_at ended_at",
    "counter": "id office_id number pool_id active",
    "counter_service": "counter_id service_id preference",
    "crowd_day": "office_id day form content",
    "daily_sequence": "service_id day last taken taken_online taken_kiosk taken_reception",
    "device": (
        "id office_id name counters services speaks reloads identify_until token_digest paired_at seen_at "
        "page resolution"
    ),
    "device_pairing": "id secret_digest code_digest expires_at device_id",
    "dialogue": "id office_id officer_id span start_day end_day state version",
    "dialogue_action": "id dialogue_id kind due_day done_day",
    "dialogue_entry": "id dialogue_id at actor_id deed office_id seq digest",
    "dialogue_target": "id dialogue_id indicator goal",
    "display_line": "id office_id from_day until_day",
    "display_look": "office_id theme brand accent shows_next",
    "display_media": "id office_id key kind mimetype size seconds position created_at",
    "event": (
        "id office_id seq at action ticket_id ticket_version from_state to_state shift_id service_id counter_id digest"
    ),
    "feedback": "id ticket_id office_id service_id officer_id created_at",
    "hash_keys": "id created_at",
    "holiday": "id office_id day name is_estimate decision",
    "idempotency_key": "scope key ticket_id made_id created_at",
    "indicator_signal": "id office_id indicator rule day facts raised_at seen_at seen_by_id",
    "indicator_watch": "office_id day",
    "installation": "id name",
    "intervention": (
        "id office_id version kind start_day washout group_kind control_kind primary_indicators expected "
        "annotation_id seen_at closed_at"
    ),
    "intervention_entry": "id intervention_id at actor_id deed office_id seq digest",
    "job_lease": "name holder until",
    "message": (
        "id office_id ticket_id contact_id channel kind occurrence status due_at expires_at created_at "
        "done_at attempts claim reason"
    ),
    "message_log_mark": "office_id seq",
    "office": (
        "id slug name address timezone version booking_days_ahead grace_minutes rule_name rates "
        "longest_wait_minutes holidays_close overbooking overbooking_cap_percent nik_required proof_of_work "
        "cooling_off presence presence_required pairing tell_at_place remind_evening_minute "
        "remind_minutes_before wait_target_minutes alert_queue_length alert_longest_wait_minutes "
        "alert_at_risk alert_no_counter_minutes alert_pause_minutes alert_serving_factor "
        "alert_display_minutes issuing_stopped_on recall_limit hold_reminder_minutes voice voice_reading "
        "voice_repeat voice_languages voice_chime voice_displays receipt_text second_step lock_minutes "
        "kept_people_days kept_contacts_days kept_complainant_days kept_complaint_days kept_comment_days"
    ),
    "officer_service": "officer_id service_id",
    "opening_hours": "id office_id service_id weekday opens_minute closes_minute",
    "pairing_miss": "id user_id at",
    "past_import": "id office_id kind status size undo created_at done_at undone_at",
    "pool": "id office_id code",
    "print_job": (
        "id printer_id ticket_id copy site status attempts reason wanted_by_id created_at expires_at begun_at done_at"
    ),
    "printer": (
        "id office_id name kind address width_mm active answers draws_qr claim claimed_until failures "
        "rests_until problem problem_since"
    ),
    "privacy_deed": "id office_id at deed subject rows up_to seq digest",
    "recovery_code": "id user_id used_at",
    "report_job": "id office_id key status step steps attempts reason claim lease_until asked_at done_at",
    "service": (
        "id office_id code prefix name_id name_en documents standard_minutes cost_rupiah daily_quota "
        "online_quota kiosk_quota reception_quota slot_minutes slot_capacity slot_plan online_share_percent "
        "online_needs_slot lead_minutes release active wait_target_minutes calls_paused_on issuing_stopped_on "
        "merged_into_id merged_at reported_together was_active"
    ),
    "settings_stamp": "office_id stamp",
    "shift": "id office_id counter_id officer_id state opened_at",
    "sign_in_event": "id office_id at kind",
    "sign_in_miss": "misses last_at",
    "sign_in_session": "id user_id created_at used_at locked_at pin_misses ended_at",
    "slot_hold": "id service_id day start_minute channel expires_at",
    "slot_usage": "service_id day start_minute taken taken_online",
    "speaker": "office_id display is_paired said until",
    "standby": "id office_id service_id day slot_start created_at outcome ended_at ticket_id form_key",
    "stay_day": "office_id day eve form content",
    "survey_form": "id ticket_id office_id service_id officer_id is_asked begun_at completed_at",
    "survey_share": "id office_id from_day percent",
    "ticket": (
        "id office_id service_id numbered_by_id day number label channel state version slot_start due_at "
        "lets_pass deferrals legs visit_id for_counter_id for_officer_id for_pool_id counter_id officer_id "
        "import_id"
    ),
    "used_proof": "nonce expires_at",
    "user_account": "id office_id active must_change_password totp_since totp_step",
    "visit_day": "office_id day form made content",
    "visit_template": "id office_id code name_id name_en steps active",
    "webhook": (
        "id office_id kinds old_secret_until seq created_at made_by_id failing_since gave_up_at stopped_at "
        "stopped_by_id removed_at"
    ),
    "webhook_delivery": (
        "id webhook_id event kind subject body status created_at due_at expires_at done_at attempts claim tries"
    ),
    "wait_forecast": (
        "id office_id ticket_id service_id turn at low_s median_s high_s rolled_low_s rolled_median_s "
        "rolled_high_s head_s last_s own_last_s recent_s ahead own_ahead busy waited_s settled"
    ),
}
