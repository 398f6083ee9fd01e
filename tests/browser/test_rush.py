"""A rush for bookings on a cheap phone: the place in the line, the form kept, the network lost, with and without scripts."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from queue_app.rush import pace
from tests.browser.axe import barriers
from tests.browser.pages import Pages
from tests.live_server import LiveServer

PHONE = ViewportSize(width=360, height=740)
BOOK = "/o/senapelan/A"
TICKETS = "/api/v1/offices/senapelan/tickets"
