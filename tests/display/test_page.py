"""The display's page carries its first board, and nothing that a browser would have to trust."""

import json
import re
from html import unescape

from flask.testing import FlaskClient

from tests.office import SLUG, Desk


def test_the_page_has_the_board_of_the_moment(client: FlaskClient, desk: Desk) -> None:
    desk.open()
    desk.join()
    desk.call_next()
    page = client.get(f"/display/{SLUG}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    (found,) = re.findall(r'data-board="([^"]*)"', page.text)
    board = json.loads(unescape(found))
    assert board["now_serving"][0]["label"] == "A-001"
    assert board["version"] == desk.events()[-1].seq


def test_texts_of_the_office_are_never_markup(client: FlaskClient, desk: Desk) -> None:
    desk.change_office(name='<img src=x onerror="alert(1)"> & "Cabang"')
    desk.change_service("A", name_id="</template><script>alert(1)</script>'\"")
    text = client.get(f"/display/{SLUG}").text
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    (found,) = re.findall(r'data-board="([^"]*)"', text)
    assert json.loads(unescape(found))["waiting"][0]["name"]["id"] == "</template><script>alert(1)</script>'\""


def test_the_page_has_no_script_or_style_of_its_own(client: FlaskClient) -> None:
    text = client.get(f"/display/{SLUG}").text
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", text) == []


def test_an_unknown_office_is_a_page_that_says_so(client: FlaskClient) -> None:
    page = client.get("/display/tidak-ada")
    assert page.status_code == 404
    assert "Kantor itu tidak ditemukan." in page.text


def test_a_counter_s_light_is_there_for_every_counter_and_no_other(client: FlaskClient) -> None:
    light = client.get(f"/display/{SLUG}/counter/2")
    assert light.status_code == 200
    assert 'data-counter="2"' in light.text
    page = client.get(f"/display/{SLUG}/counter/99")
    assert page.status_code == 404
    assert "Loket itu tidak ada di kantor ini." in page.text


def test_a_page_and_its_boards_name_the_edition_that_the_server_has(client: FlaskClient) -> None:
    edition = client.get(f"/display/{SLUG}/board").json["edition"]  # type: ignore[index]
    for path in ("", "/counter/1"):
        assert f'data-edition="{edition}"' in client.get(f"/display/{SLUG}{path}").text
