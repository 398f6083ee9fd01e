"""Sources of past visits as tests make them: tables, workbooks, a file of FQM's, a database of The Q's.

The tables of the foreign programs are written down here as those programs make them; of their rows only some.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADING = ("Tanggal", "Jam Datang", "Mulai", "Selesai", "Layanan", "Petugas", "Loket", "Hasil")
ROWS: Sequence[Sequence[Any]] = (
    ("02/03/2026", "08:00", "08:10", "08:20", "KTP", "Sari", "Loket 1", "selesai"),
    ("02/03/2026", "08:05", "", "", "KTP", "", "", "batal"),
    ("02/03/2026", "08:06", "08:30", "08:31", "Akta", "Budi", "Loket 2", "tidak hadir"),
    ("03/03/2026", "09.15", "09.20", "09.40", "Akta", "Budi", "Loket 2", ""),
)


def csv_of(path: Path, rows: Iterable[Sequence[Any]] = ROWS, heading: Sequence[str] = HEADING, by: str = ";") -> Path:
    path.write_text("".join(by.join(map(str, row)) + "\r\n" for row in (heading, *rows)), encoding="utf-8-sig")
    return path


def workbook_of(path: Path, rows: Iterable[Sequence[Any]], heading: Sequence[Any] = HEADING) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Buku tamu")
    for row in (heading, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


FQM_TABLES = """
CREATE TABLE offices (id INTEGER NOT NULL, name VARCHAR(300), timestamp DATETIME, prefix VARCHAR(2),
  PRIMARY KEY (id), UNIQUE (name));
CREATE INDEX ix_offices_timestamp ON offices (timestamp);
CREATE TABLE tasks (id INTEGER NOT NULL, name VARCHAR(300), timestamp DATETIME, hidden BOOLEAN, PRIMARY KEY (id));
CREATE INDEX ix_tasks_timestamp ON tasks (timestamp);
CREATE TABLE mtasks (office_id INTEGER NOT NULL, task_id INTEGER NOT NULL, PRIMARY KEY (office_id, task_id),
  FOREIGN KEY(office_id) REFERENCES offices (id), FOREIGN KEY(task_id) REFERENCES tasks (id));
CREATE TABLE operators (crap INTEGER NOT NULL, id INTEGER, office_id INTEGER, PRIMARY KEY (crap),
  FOREIGN KEY(office_id) REFERENCES offices (id));
CREATE TABLE roles (id INTEGER NOT NULL, name VARCHAR(10), PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(200), password_hash VARCHAR(128), last_seen DATETIME,
  role_id INTEGER, PRIMARY KEY (id), UNIQUE (name), FOREIGN KEY(role_id) REFERENCES roles (id));
CREATE INDEX ix_users_last_seen ON users (last_seen);
CREATE TABLE serials (id INTEGER NOT NULL, number INTEGER, timestamp DATETIME, date DATE, name VARCHAR(300), n BOOLEAN,
  p BOOLEAN, pdt DATETIME, "pulledBy" INTEGER, on_hold BOOLEAN, status VARCHAR(10), office_id INTEGER,
  task_id INTEGER, PRIMARY KEY (id), FOREIGN KEY(office_id) REFERENCES offices (id),
  FOREIGN KEY(task_id) REFERENCES tasks (id));
CREATE INDEX ix_serials_timestamp ON serials (timestamp);
CREATE TABLE settings (id INTEGER NOT NULL, notifications BOOLEAN, strict_pulling BOOLEAN, visual_effects BOOLEAN,
  lp_printing BOOLEAN, single_row BOOLEAN, PRIMARY KEY (id));
"""
FQM_ROWS = """
INSERT INTO roles VALUES (1, 'Admin'), (3, 'Operator');
INSERT INTO users VALUES (1, 'Admin', 'x', '2026-03-02 00:00:00.000000', 1), (2, 'sari', 'x', NULL, 3);
INSERT INTO operators VALUES (1, 2, 1);
INSERT INTO offices VALUES (1, 'Loket 1', '2026-03-01 00:00:00.000000', 'A'), (2, 'Ruang B', NULL, 'B');
INSERT INTO tasks VALUES (1, 'KTP', '2026-03-01 00:00:00.000000', 0), (2, 'Akta', NULL, 0), (3, 'Pindah', NULL, 1);
INSERT INTO mtasks VALUES (1, 1), (2, 2);
INSERT INTO serials VALUES
  (1, 100, '2026-03-01 01:00:00.000000', '2026-03-01', NULL, 0, 1, NULL, 0, 0, 'Processed', 1, 1),
  (2, 101, '2026-03-02 01:00:00.123456', '2026-03-02', 'Ani', 1, 1, '2026-03-02 01:12:00', 2, 0, 'Processed', 1, 1),
  (3, 102, '2026-03-02 01:05:00.000000', '2026-03-02', NULL, 0, 1, '2026-03-02 01:20:00.0', 2, 0, 'Unattended', 1, 1),
  (4, 101, '2026-03-02 02:00:00.000000', '2026-03-02', NULL, 0, 0, NULL, NULL, 0, 'Waiting', 2, 2),
  (5, 102, '2026-03-02 02:00:00.000000', '2026-03-02', NULL, 0, 1, NULL, 2, 0, 'Processed', 2, 2),
  (6, 103, '2026-03-02 02:00:00.000000', '2026-03-02', NULL, 0, 1, '2026-03-02 01:00:00.0', 2, 0, 'Processed', 2, 2),
  (7, 104, '2026-03-02 02:00:00.000000', '2026-03-02', NULL, 0, 0, NULL, NULL, 0, 'Waiting', 2, 99);
"""


def fqm_of(path: Path, tables: str = FQM_TABLES, rows: str = FQM_ROWS) -> Path:
    with closing(sqlite3.connect(path)) as file:
        file.executescript(tables + rows)
    return path


THEQ_TABLES = """
CREATE TABLE office (office_id SERIAL PRIMARY KEY, office_name VARCHAR(100), office_number INTEGER,
  deleted TIMESTAMP, exams_enabled_ind INTEGER NOT NULL);
CREATE TABLE service (service_id SERIAL PRIMARY KEY, service_code VARCHAR(50) NOT NULL,
  service_name VARCHAR(500) NOT NULL, service_desc VARCHAR(2000) NOT NULL, parent_id INTEGER REFERENCES service,
  deleted TIMESTAMP, prefix VARCHAR(10) NOT NULL, display_dashboard_ind INTEGER NOT NULL,
  actual_service_ind INTEGER NOT NULL);
CREATE TABLE office_service (office_id INTEGER REFERENCES office, service_id INTEGER REFERENCES service,
  PRIMARY KEY (office_id, service_id));
CREATE TABLE counter (counter_id SERIAL PRIMARY KEY, counter_name VARCHAR(50) NOT NULL);
CREATE TABLE office_counter (office_id INTEGER REFERENCES office, counter_id INTEGER REFERENCES counter,
  PRIMARY KEY (office_id, counter_id));
CREATE TABLE csr (csr_id SERIAL PRIMARY KEY, username VARCHAR(150) NOT NULL UNIQUE,
  office_id INTEGER NOT NULL REFERENCES office, counter_id INTEGER REFERENCES counter, role_id INTEGER NOT NULL,
  receptionist_ind INTEGER NOT NULL, deleted TIMESTAMP, csr_state_id INTEGER NOT NULL);
CREATE TABLE citizenstate (cs_id SERIAL PRIMARY KEY, cs_state_name VARCHAR(100) NOT NULL,
  cs_state_desc VARCHAR(1000) NOT NULL);
CREATE TABLE citizen (citizen_id SERIAL PRIMARY KEY, office_id INTEGER NOT NULL REFERENCES office,
  counter_id INTEGER REFERENCES counter, ticket_number VARCHAR(50), citizen_name VARCHAR(150),
  citizen_comments VARCHAR(1000), cs_id INTEGER NOT NULL REFERENCES citizenstate, start_time TIMESTAMP NOT NULL,
  accurate_time_ind INTEGER NOT NULL, priority INTEGER NOT NULL);
CREATE TABLE srstate (sr_state_id SERIAL PRIMARY KEY, sr_code VARCHAR(100) NOT NULL,
  sr_state_desc VARCHAR(1000) NOT NULL);
CREATE TABLE servicereq (sr_id SERIAL PRIMARY KEY, citizen_id INTEGER NOT NULL REFERENCES citizen,
  quantity INTEGER NOT NULL, channel_id INTEGER NOT NULL, service_id INTEGER NOT NULL REFERENCES service,
  sr_state_id INTEGER NOT NULL REFERENCES srstate, sr_number INTEGER NOT NULL);
CREATE TABLE periodstate (ps_id SERIAL PRIMARY KEY, ps_name VARCHAR(100) NOT NULL, ps_desc VARCHAR(1000) NOT NULL,
  ps_number INTEGER NOT NULL);
CREATE TABLE period (period_id SERIAL PRIMARY KEY, sr_id INTEGER NOT NULL REFERENCES servicereq,
  csr_id INTEGER NOT NULL REFERENCES csr, reception_csr_ind INTEGER NOT NULL,
  ps_id INTEGER NOT NULL REFERENCES periodstate, time_start TIMESTAMP NOT NULL, time_end TIMESTAMP);
"""
THEQ_ROWS = """
INSERT INTO office VALUES (1, 'Test Office', 999, NULL, 1), (2, 'Victoria', 61, NULL, 0);
INSERT INTO service VALUES (1, 'MSP - 006', 'Payment - MSP', '-', NULL, NULL, 'A', 1, 1),
  (2, 'PTAX - 004', 'Other - PTAX', '-', NULL, NULL, 'A', 1, 1);
INSERT INTO office_service VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO counter VALUES (1, 'Quick Trans'), (2, 'Counter');
INSERT INTO office_counter VALUES (1, 1), (1, 2);
INSERT INTO csr VALUES (1, 'akroon3r', 1, 2, 1, 1, NULL, 1), (2, 'other', 2, 2, 1, 1, NULL, 1);
INSERT INTO citizenstate VALUES (1, 'Active', '-'), (2, 'Received Services', '-'),
  (3, 'Left before receiving services', '-');
INSERT INTO srstate VALUES (1, 'Pending', '-'), (2, 'Active', '-'), (3, 'Complete', '-');
INSERT INTO periodstate VALUES (1, 'Waiting', '-', 1), (2, 'Ticket Creation', '-', 2), (3, 'Invited', '-', 4),
  (4, 'Being Served', '-', 7), (5, 'On hold', '-', 11);
INSERT INTO citizen VALUES (1, 1, 2, 'A1', 'Ann', NULL, 2, '2026-03-02 17:00', 1, 2),
  (2, 1, 2, 'A2', 'Bob', NULL, 3, '2026-03-02 17:05', 1, 2), (3, 1, 2, 'A3', 'Eve', NULL, 1, '2026-03-02 17:10', 1, 2),
  (4, 2, 2, 'B1', 'Zoe', NULL, 2, '2026-03-02 17:10', 1, 2);
INSERT INTO servicereq VALUES (1, 1, 1, 1, 1, 3, 1), (2, 1, 1, 1, 2, 3, 2), (3, 2, 1, 1, 1, 1, 1),
  (4, 3, 1, 1, 1, 2, 1), (5, 4, 1, 1, 1, 3, 1);
INSERT INTO period (sr_id, csr_id, reception_csr_ind, ps_id, time_start, time_end) VALUES
  (1, 1, 1, 2, '2026-03-02 17:00', '2026-03-02 17:02'), (1, 1, 1, 1, '2026-03-02 17:02', '2026-03-02 17:10'),
  (1, 1, 1, 3, '2026-03-02 17:10', '2026-03-02 17:11'), (1, 1, 1, 4, '2026-03-02 17:11', '2026-03-02 17:20'),
  (1, 1, 1, 5, '2026-03-02 17:20', '2026-03-02 17:25'), (1, 1, 1, 4, '2026-03-02 17:25', '2026-03-02 17:30'),
  (2, 1, 1, 4, '2026-03-02 17:30', '2026-03-02 17:40'),
  (3, 1, 1, 1, '2026-03-02 17:05', '2026-03-02 17:50'),
  (4, 1, 1, 4, '2026-03-02 17:40', NULL),
  (5, 2, 1, 4, '2026-03-02 17:20', '2026-03-02 17:30');
"""
