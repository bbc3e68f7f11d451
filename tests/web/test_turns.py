from __future__ import annotations

import threading
import time

from ecg_chat.web.turns import Turns


def _wait_until(condition: object, timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_the_second_waits_hears_so_and_follows() -> None:
    turns, order, told = Turns(), [], []
    release = threading.Event()

    def first() -> None:
        with turns.turn(threading.Event(), lambda before: None) as mine:
            assert mine
            order.append("first in")
            release.wait(5)
            order.append("first out")

    def second() -> None:
        with turns.turn(threading.Event(), told.append) as mine:
            assert mine
            order.append("second in")

    threads = [threading.Thread(target=first)]
    threads[0].start()
    _wait_until(lambda: order == ["first in"])
    threads.append(threading.Thread(target=second))
    threads[1].start()
    _wait_until(lambda: told == [1])
    release.set()
    for thread in threads:
        thread.join(5)
    assert order == ["first in", "first out", "second in"]


def test_who_leaves_the_queue_does_not_hold_it_up() -> None:
    turns, told, got = Turns(), [], []
    leave, release = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn(threading.Event(), lambda before: None):
            release.wait(5)

    def give_up() -> None:
        with turns.turn(leave, told.append) as mine:
            got.append(mine)

    holder, leaver = threading.Thread(target=hold), threading.Thread(target=give_up)
    holder.start()
    _wait_until(holder.is_alive)
    leaver.start()
    _wait_until(lambda: told == [1])
    leave.set()
    leaver.join(5)
    assert got == [False]
    release.set()
    holder.join(5)
    with turns.turn(threading.Event(), lambda before: None) as mine:
        assert mine


def test_a_failing_answer_frees_the_turn() -> None:
    turns = Turns()
    try:
        with turns.turn(threading.Event(), lambda before: None):
            raise RuntimeError
    except RuntimeError:
        pass
    with turns.turn(threading.Event(), lambda before: None) as mine:
        assert mine
