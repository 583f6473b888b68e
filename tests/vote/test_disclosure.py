"""What a result of few voters would tell, at the exact threshold."""

import pytest

from deliberation.stages.vote.count.disclosure import is_unanimous, split_shown


@pytest.mark.parametrize(
    ("phone", "paper", "shown"),
    [(10, 10, True), (10, 9, False), (9, 10, False), (0, 9, True), (9, 0, True), (1, 1, False)],
)
def test_phone_and_paper_of_a_secret_vote_are_told_apart_from_ten_on(phone, paper, shown):
    assert split_shown(True, phone, paper) is shown
    assert split_shown(False, phone, paper) is True


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"for": 12, "against": 0, "abstain": 0, "invalid": 0, "not_returned": 0}, True),
        ({"for": 12, "against": 0, "abstain": 0, "invalid": 0, "not_returned": 3}, True),
        ({"for": 0, "against": 0, "abstain": 1, "invalid": 0, "not_returned": 0}, True),
        ({"for": 11, "against": 0, "abstain": 0, "invalid": 1, "not_returned": 0}, False),
        ({"for": 0, "against": 0, "abstain": 0, "invalid": 0, "not_returned": 12}, False),
    ],
)
def test_a_secret_vote_in_which_all_chose_the_same_tells_on_everybody(counts, told):
    assert is_unanimous(True, counts) is told
    assert is_unanimous(False, counts) is False
