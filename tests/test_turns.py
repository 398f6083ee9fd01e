"""Turns come in the order of coming, and nobody who leaves and comes again gets in between."""

import threading

from queue_app.turns import Turns
from tests.services.waiting import wait_until


def test_they_come_in_order_and_a_late_comer_does_not_get_in_between() -> None:
    turns, had = Turns(), []
    assert turns.enter()

    def take(number: int) -> None:
        assert turns.enter()
        had.append(number)
        turns.leave()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(20)]
    for ahead, thread in enumerate(threads, start=1):
        thread.start()
        assert wait_until(lambda ahead=ahead: turns.waiting == ahead, within_s=5)
    turns.leave()
    assert turns.enter()  # comes again at once: after all others
    assert had == list(range(20))
    turns.leave()
    for thread in threads:
        thread.join(5)


def test_who_waits_too_long_or_finds_the_line_full_goes_and_holds_up_nobody() -> None:
    turns = Turns(most_waiting=1)
    assert turns.enter()
    assert not turns.enter(0.01)
    waiting = threading.Thread(target=turns.enter)
    waiting.start()
    assert wait_until(lambda: turns.waiting == 1, within_s=5)
    assert not turns.enter()
    turns.leave()
    waiting.join(5)
    turns.leave()
    assert turns.enter(0.01)
