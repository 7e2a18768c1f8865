"""A demo runs although another server holds the port it would like."""

import socket
from collections.abc import Iterator

import pytest

from attendance_mat.embedded import demo, ports
from attendance_mat.embedded.messages import RefusedError


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_port_with_a_listener_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_the_wanted_port_is_kept_while_it_is_free() -> None:
    wanted = ports.any_free()
    assert ports.choose(wanted) == wanted


def test_another_port_is_chosen_when_the_wanted_one_is_taken(taken: int) -> None:
    assert ports.choose(taken) != taken


def test_the_web_server_takes_the_next_port_by_itself(taken: int) -> None:
    assert ports.first_free_from(taken) > taken


def test_a_port_that_was_asked_for_by_number_is_never_swapped(taken: int) -> None:
    with pytest.raises(RefusedError, match=f"Port {taken} is taken"):
        demo.web_port(taken)
