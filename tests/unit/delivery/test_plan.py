from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.plan import Drop, Hold, Nothing, Search, Tell, TellAgain, is_digest, next_step
from bot.domain.event import Event, EventKind
from bot.domain.outbox import Post, PostFacts, PostState

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
AGE = timedelta(seconds=30)


def post(number: int, *, kind: EventKind | None = EventKind.JOINED, age: timedelta = AGE, **keys: object) -> Post:
    event = Event(number, kind, 10, 5, "Name", NOW, NOW, {}) if kind else None
    base = Post(number, 2, 10, "event" if kind else "watching", PostState.NEW, NOW - age, event)
    return replace(base, **keys)  # type: ignore[arg-type]


def step(*posts: Post, facts: PostFacts | None = None) -> object:
    return next_step(posts, {each.id: facts or PostFacts() for each in posts}, NOW)


def test_nothing_waits() -> None:
    assert step() == Nothing(None)


def test_the_first_row_waits_ten_seconds_for_others() -> None:
    young = post(1, age=timedelta(seconds=4))
    assert step(young) == Nothing(NOW + timedelta(seconds=6))
    assert step(post(1, age=timedelta(seconds=10))) == Tell((post(1, age=timedelta(seconds=10)),), digest=False)


def test_five_rows_are_told_one_by_one_in_order() -> None:
    posts = [post(n) for n in range(1, 6)]
    assert step(*posts) == Tell((posts[0],), digest=False)


def test_six_rows_become_one_digest() -> None:
    posts = [post(n) for n in range(1, 7)]
    assert step(*posts) == Tell(tuple(posts), digest=True)


def test_a_notice_keeps_its_place_and_is_told_alone() -> None:
    notice = post(1, kind=None)
    rest = [post(n) for n in range(2, 9)]
    assert step(notice, *rest) == Tell((notice,), digest=False)
    later = post(9, kind=None)
    assert step(*rest, later) == Tell(tuple(rest), digest=True)


def test_rows_of_one_digest_are_told_together_whatever_their_number() -> None:
    together = [post(1, digest_of="gap"), post(3, digest_of="gap")]
    alone = post(2)
    assert step(together[0], alone, together[1]) == Tell(tuple(together), digest=True)
    assert step(together[0]) == Tell((together[0],), digest=True)


def test_what_is_older_than_a_day_becomes_a_digest() -> None:
    old = [post(1, age=timedelta(hours=25)), post(2, age=timedelta(hours=24))]
    assert step(*old, post(3)) == Tell(tuple(old), digest=True)


def test_a_row_for_later_steps_aside() -> None:
    later = post(1, not_before=NOW + timedelta(minutes=5))
    assert step(later) == Nothing(NOW + timedelta(minutes=5))
    assert step(later, post(2)) == Tell((post(2),), digest=False)
    assert step(replace(later, not_before=NOW)) == Tell((replace(later, not_before=NOW),), digest=False)


def test_what_was_withdrawn_is_dropped_before_anything_else() -> None:
    gone = post(2, withdrawn=True)
    assert step(post(1), gone) == Drop((gone,))


def test_a_row_that_may_have_arrived_comes_first_and_goes_again_with_its_nonce() -> None:
    tried = post(2, state=PostState.SENDING, first_try_at=NOW - timedelta(seconds=119))
    assert step(post(1), tried) == TellAgain((tried,))


def test_after_two_minutes_it_is_looked_for() -> None:
    tried = post(2, state=PostState.SENDING, first_try_at=NOW - timedelta(seconds=120))
    assert step(post(1), tried) == Search((tried,))
    ahead = post(2, state=PostState.SENDING, first_try_at=NOW + timedelta(minutes=9))
    assert step(post(1), ahead) == Search((ahead,))  # the clock was set back: who knows how long ago that was


def test_a_digest_that_may_have_arrived_goes_again_with_the_same_rows() -> None:
    at = NOW - timedelta(seconds=5)
    lead = post(1, first_try_at=at)
    others = [post(n, first_try_at=at, sent_with=1) for n in range(2, 8)]
    assert step(lead, *others, post(9)) == TellAgain((lead, *others))


def test_what_was_withdrawn_meanwhile_is_not_sent_again() -> None:
    tried = post(1, withdrawn=True, first_try_at=NOW - timedelta(seconds=20))
    assert step(tried) == Nothing(NOW + timedelta(seconds=100))
    long_ago = post(1, withdrawn=True, first_try_at=NOW - timedelta(minutes=3))
    assert step(long_ago) == Search((long_ago,))


def test_a_seal_without_a_name_waits_half_an_hour_for_it() -> None:
    seal = post(1, kind=EventKind.SEAL_EARNED)
    assert step(seal) == Hold((seal,))
    assert step(seal, facts=PostFacts(subject="Conqueror")) == Tell((seal,), digest=False)
    patient = post(1, kind=EventKind.SEAL_EARNED, age=timedelta(minutes=30))
    assert step(patient) == Tell((patient,), digest=False)


def test_whether_it_is_a_digest_is_the_same_at_each_try() -> None:
    assert not is_digest([post(1)], NOW)
    assert is_digest([post(1), post(2)], NOW)
    assert is_digest([post(1, digest_of="gap")], NOW)
    assert is_digest([post(1, age=timedelta(hours=24))], NOW)


rows = st.builds(
    post,
    st.just(0),
    kind=st.sampled_from([None, *EventKind]),
    age=st.timedeltas(timedelta(0), timedelta(hours=30)),
    digest_of=st.sampled_from([None, None, "a", "b"]),
    not_before=st.one_of(st.none(), st.timedeltas(-AGE, timedelta(hours=1)).map(lambda wait: NOW + wait)),
    withdrawn=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(rows, max_size=14))
def test_every_row_is_told_once_and_in_order(made: list[Post]) -> None:
    """Carrying out step after step, however late, tells each row that was not withdrawn exactly once."""
    waiting = [replace(each, id=n, withdrawn=each.withdrawn and each.event is not None) for n, each in enumerate(made)]
    wanted = [each.id for each in waiting if not each.withdrawn]
    told: list[int] = []
    now = NOW
    for _ in range(5000):  # those that wait for a name look every minute, each at its own
        match next_step(waiting, {each.id: PostFacts() for each in waiting}, now):
            case Nothing(None):
                break
            case Nothing(until):
                assert until is not None
                assert until > now
                now = until
            case Tell(posts):
                told += [each.id for each in posts]
                waiting = [each for each in waiting if each not in posts]
            case Drop(posts):
                waiting = [each for each in waiting if each not in posts]
            case Hold(posts):
                waiting = [
                    replace(each, not_before=now + timedelta(minutes=1)) if each in posts else each for each in waiting
                ]
            case other:
                raise AssertionError(other)
    assert sorted(told) == wanted
    assert waiting == []
