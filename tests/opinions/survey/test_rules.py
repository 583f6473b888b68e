"""What a form asks, when it says nothing, and what of a menu may still be changed."""

import pytest

from deliberation.acting import Refused
from deliberation.stages.opinions.menu import (
    MENU,
    ONE_FIVE_THREE,
    TEMPLATES,
    WHOLE,
    menu_of,
)
from deliberation.stages.opinions.survey import forms, keeping
from deliberation.stages.opinions.survey.rules import (
    NOTHING,
    QUESTIONS,
    Asked,
    Given,
    editing,
    silent,
    steps,
    unasked,
)

LIGHT, RACK = ("lighting", "improving", "路灯"), ("own1", "raising", "晾衣架")
LAMPS = menu_of([LIGHT, RACK])
ASKED = Asked(LAMPS, ("fee",))


def test_every_question_has_a_page_and_what_does_not_concern_the_matter_has_none():
    assert steps(ASKED) == ("stance", "fee", "menu", "words", "review")
    assert steps(Asked(LAMPS, ())) == ("stance", "menu", "words", "review")
    fields = forms.survey_fields(ASKED, on_roll=True) | forms.survey_fields(ASKED, on_roll=False)
    places = {forms.page_of(name, ASKED) for name in fields}
    assert places == set(steps(ASKED)) - {"review"}
    for step in steps(ASKED):
        carried = forms.carried(ASKED, step)
        own = [name for name in fields if forms.page_of(name, ASKED) == step]
        assert not set(carried) & set(own)


def test_a_form_that_says_nothing_is_refused_and_a_photo_needs_a_word():
    assert silent("", "", NOTHING) == ["请至少回答一题，或者写几句话"]
    assert silent("", "", NOTHING, photos=1) == ["请写一写照片上是什么，要怎么办"]
    said = [("灯坏了", "", NOTHING, 1, 0), ("", "agree", NOTHING, 0, 0), ("", "", NOTHING, 2, 1)]
    said += [("", "", Given({"fee": "willing"}), 0, 0)]
    said += [("", "", Given(wants=frozenset({"lift"})), 0, 0)]
    for text, stance, given, photos, voice in said:
        assert silent(text, stance, given, photos=photos, voice=voice) == []


def test_only_what_is_asked_can_be_answered():
    assert unasked(Given({"fee": "willing"}, frozenset({"own1", "lighting"})), ASKED) == []
    for given in (Given({"fund": "willing"}), Given(wants=frozenset({"lift"}))):
        assert unasked(given, ASKED) == ["请从列出的选项里选"]
    assert unasked(Given(wants=frozenset({"money"})), Asked(WHOLE)), "sorted by, never ticked"


def test_before_the_period_a_menu_changes_freely_but_for_what_somebody_chose():
    def reasons(after, **more):
        rest = {"announced": False, "chosen": frozenset()} | more
        return editing(ASKED, after, **rest)

    fewer = Asked(menu_of([LIGHT]), ())
    other = Asked(menu_of([("lighting", "improving", "院灯"), RACK]), ("fee",))
    more = Asked(menu_of([LIGHT, RACK, ("lift", "improving", "电梯")]), ("fee", "fund"))
    assert reasons(fewer) == reasons(other) == reasons(more) == []
    assert reasons(fewer, chosen=frozenset({"own1", "fee"})) == [
        "已经有人选了，不能拿掉：晾衣架、交物业费"
    ]
    assert reasons(other, chosen=frozenset({"lighting"})) == ["已经有人选了，不能改名：路灯"]
    assert reasons(fewer, announced=True) == ["期限已经公布，只能增加，不能拿掉：晾衣架、交物业费"]
    assert reasons(other, announced=True) == ["期限已经公布，只能增加，不能改名：路灯"]
    assert reasons(more, announced=True, chosen=frozenset({"own1"})) == []


def test_names_on_a_menu_are_public_and_mean_one_thing():
    def reasons(*items):
        rest = {"announced": False, "chosen": frozenset()}
        return editing(ASKED, Asked(menu_of(items), ("fee",)), **rest)

    assert "手机号码" in reasons(("own1", "basic", "找19900001234"))[0]
    assert reasons(("own1", "basic", "路灯"), ("lighting", "improving", "路灯")) == [
        "“路灯”在菜单里有两项"
    ]
    assert reasons() == ["菜单里至少留一项"]


def test_a_menu_finds_what_a_text_is_about_also_by_the_names_staff_gave():
    assert LAMPS.needs("晾衣架锈了，路灯不亮，物业费太贵") == ["lighting", "own1"]
    assert LAMPS.needs("要出钱吗") == ["money"], "every renovation is about money, too"
    assert LAMPS.offered() == {"improving": {"lighting": "路灯"}, "raising": {"own1": "晾衣架"}}
    assert [key for key in WHOLE.items] == list(MENU)


def test_the_templates_are_the_whole_menu_and_one_demolition_five_changes_three_additions():
    assert list(TEMPLATES) == ["whole", "one-five-three"]
    assert sum(map(len, ONE_FIVE_THREE.offered().values())) == 1 + 5 + 3
    assert not {need.kind for need in ONE_FIVE_THREE.items.values()} - {
        need.kind for need in MENU.values()
    }
    assert len(QUESTIONS) == 4


VOICES = {
    "audio/mp4": b"\x00\x00\x00\x1cftypM4A ",
    "audio/webm": b"\x1aE\xdf\xa3\x9f",
    "audio/ogg": b"OggS\x00",
    "audio/mpeg": b"ID3\x03",
    "audio/wav": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "audio/aac": b"\xff\xf1P\x80",
    "audio/amr": b"#!AMR\n",
}


@pytest.mark.anyio
async def test_the_first_bytes_say_what_a_voice_note_is():
    for media_type, first in VOICES.items():
        assert (await keeping.voice(first + b"\x00" * 50))[:2] == ("voice", media_type)
    for content in (b"<html>", b"RIFF\x00\x00\x00\x00WEBP", b"PK\x03\x04", b"\xff\xd8\xff", b""):
        with pytest.raises(Refused, match="这不是录音"):
            await keeping.voice(content)
