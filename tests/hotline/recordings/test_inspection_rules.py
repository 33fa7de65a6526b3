"""Drawing by a seed, scores, and the agreement of two inspectors."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hotline.recordings.inspections.drawing import EVERY, Candidate, Stratum, draw
from hotline.recordings.inspections.scores import Criteria, Criterion, agreement, mark_class

CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 10_000), st.integers(1, 9), st.sampled_from(Stratum), st.just(False)),
    unique_by=lambda c: c.id,
    max_size=120,
)


@given(CANDIDATES, st.text(min_size=4), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same(
    candidates: list[Candidate], seed: str, per_subject: int, chance: random.Random
) -> None:
    """Whatever the order of the candidates; of each so many, or all that there are; every fifth twice."""
    first = draw(candidates, seed, per_subject)
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert draw(shuffled, seed, per_subject) == first
    for subject in {c.subject for c in candidates}:
        there = sum(c.subject == subject for c in candidates)
        assert sum(d.candidate.subject == subject for d in first) == min(per_subject, there)
    assert sum(d.inspectors == 2 for d in first) == -(-len(first) // EVERY)


def test_what_wants_looking_at_comes_first() -> None:
    """One of each stratum before a second of any; tipoffs before low ratings before silences before the rest."""
    found = [Candidate(n, 1, stratum, False) for n, stratum in enumerate([*Stratum] * 5)]
    drawn = [d.candidate.stratum for d in draw(found, "seed", 6)]
    assert drawn == [*Stratum, Stratum.TIPOFF, Stratum.LOW_RATING]


def test_of_who_is_new_twice_as_many() -> None:
    new = [Candidate(n, 1, Stratum.REST, True) for n in range(20)]
    old = [Candidate(100 + n, 2, Stratum.REST, False) for n in range(20)]
    drawn = draw([*new, *old], "seed", 3)
    assert [d.candidate.subject for d in drawn].count(1) == 6
    assert [d.candidate.subject for d in drawn].count(2) == 3


def test_another_seed_draws_others() -> None:
    many = [Candidate(n, 1, Stratum.REST, False) for n in range(1000)]
    assert draw(many, "seed one", 10) != draw(many, "seed two", 10)
    assert draw([], "seed", 3) == []


FORM = [Criterion(code="aa", title="甲项", points=40), Criterion(code="bb", title="乙项", points=60)]


def test_cohens_kappa_by_hand() -> None:
    """20 full and 5 none of both, 10 and 15 crosswise: 0.70 observed, 0.50 by chance, κ 0.40 (a textbook's example has these numbers)."""
    one = [Criterion(code="aa", title="甲项", points=10)]
    pairs = [({"aa": 10}, {"aa": 10})] * 20 + [({"aa": 10}, {"aa": 0})] * 5
    pairs += [({"aa": 0}, {"aa": 10})] * 10 + [({"aa": 0}, {"aa": 0})] * 15
    found = agreement(one, pairs)
    assert (found.pairs, found.equal) == (50, 35)
    assert found.kappa == pytest.approx(0.4)


def test_full_agreement_and_nothing_to_compare() -> None:
    assert agreement(FORM, []).kappa is None
    same = agreement(FORM, [({"aa": 40, "bb": 60}, {"aa": 40, "bb": 60})])
    assert (same.pairs, same.equal, same.kappa) == (2, 2, None), "chance alone would agree"
    mixed = agreement(FORM, [({"aa": 40, "bb": 0}, {"aa": 40, "bb": 0})])
    assert mixed.kappa == pytest.approx(1.0)
    opposite = agreement(FORM, [({"aa": 40, "bb": 0}, {"aa": 0, "bb": 60})])
    assert opposite.kappa == pytest.approx(-1.0)


@pytest.mark.parametrize(("points", "said"), [(0, "none"), (1, "part"), (39, "part"), (40, "full")])
def test_a_mark_is_full_in_part_or_none(points: int, said: str) -> None:
    assert mark_class(points, 40) == said


@pytest.mark.parametrize(
    "criteria",
    [
        [],
        [{"code": "aa", "title": "甲项", "points": 99}],
        [{"code": "aa", "title": "甲项", "points": 50}, {"code": "aa", "title": "乙项", "points": 50}],
        [{"code": "A!", "title": "甲项", "points": 100}],
        [{"code": "aa", "title": "", "points": 100}],
        [{"code": "aa", "title": "甲项", "points": 0}, {"code": "bb", "title": "乙项", "points": 100}],
    ],
)
def test_a_form_comes_to_a_hundred(criteria: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        Criteria.model_validate({"criteria": criteria})
