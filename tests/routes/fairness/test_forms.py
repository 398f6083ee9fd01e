"""Forms without a script, and what they cost."""

from collections.abc import Callable

from werkzeug.test import TestResponse

from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.fairness.asking import BOOK, READY, SENDS, tickets, words


class TestFormsWithoutAScript:
    def send(self, visitor: Person, **typed: str) -> TestResponse:
        return visitor.press(BOOK, SENDS, **{**READY, **typed})

    def test_a_form_is_taken_when_a_person_could_have_filled_it_in(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        assert self.send(visitor, name="Siti").status_code == 422
        assert "dikirim terlalu cepat" in words(visitor.page)
        assert visitor.form(BOOK, SENDS).fields["name"] == "Siti"
        desk.wait(seconds=5)  # since it was first opened: whoever presses again need not wait anew
        assert self.send(visitor).request.path.startswith("/t/")

    def test_a_form_without_its_token_is_not(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(seconds=60)
        for token in ("", "1795485600.x.00"):
            assert self.send(visitor, form_token=token).status_code == 422
            assert "Pemeriksaan keamanan belum selesai" in words(visitor.page)

    def test_a_forged_proof_is_no_way_around(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(seconds=60)
        assert self.send(visitor, proof="Zm9yZ2Vk").status_code == 422
        assert "Pemeriksaan keamanan tidak benar" in words(visitor.page)

    def test_one_token_is_worth_one_number(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        form = visitor.form(BOOK, SENDS).fields | READY
        desk.wait(seconds=60)
        assert visitor.send(BOOK, form).request.path.startswith("/t/")
        assert visitor.send(BOOK, form | {"key": "another number"}).status_code == 409
        assert tickets(desk) == 1

    def test_a_doubled_tap_is_one_number(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        form = visitor.form(BOOK, SENDS).fields | READY
        desk.wait(seconds=60)
        paths = {visitor.send(BOOK, form).request.path for _ in range(2)}
        assert len(paths) == 1
        assert tickets(desk) == 1

    def test_a_form_that_was_open_all_day_is_given_out_anew(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(hours=3)
        assert self.send(visitor).status_code == 422
        assert "terlalu lama terbuka" in words(visitor.page)
        desk.wait(seconds=5)
        assert self.send(visitor).request.path.startswith("/t/")

    def test_an_address_has_few_of_them(self, visitor: Person, desk: Desk) -> None:
        for name in ("Siti", "Budi", "Rina"):
            visitor.open(BOOK)
            desk.wait(seconds=5)
            assert self.send(visitor, name=name).request.path.startswith("/t/")
        visitor.open(BOOK)
        desk.wait(seconds=5)
        answer = self.send(visitor)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Terlalu banyak percobaan. Tunggu" in words(visitor.page)
        assert tickets(desk) == 3

    def test_with_a_proof_it_has_more(self, visitor: Person, solve: Callable[[], str]) -> None:
        for name in ("Siti", "Budi", "Rina", "Joko"):
            visitor.open(BOOK)
            assert self.send(visitor, name=name, proof=solve()).request.path.startswith("/t/")
