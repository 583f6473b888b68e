"""When a household may look again, and what settles a “wrong”. Pure.

A wording that is corrected stays beside the new one for both sides, and whoever settles gives a
reason: a record that can be changed without one would be worth nothing.
"""

OUTCOMES = {"corrected": "已经改正", "aside": "不计入", "kept": "保留原来的记录"}
CHOICES = {
    "corrected": "按住户说的改正",
    "aside": "不计入这一条",
    "kept": "保留原来的记录",
}
LOOKED_AGAIN = "again"  # the outcome of a look that the household itself replaced


def again_reasons(ended: str, last_outcome: str | None) -> list[str]:
    """Why a household cannot look at an opinion (again): `ended` is how its matter ended, '' while
    it goes on, `last_outcome` how its last look was settled."""
    if ended:
        return ["本议题已经结束"]
    if last_outcome == "kept":
        return ["社区已经说明了理由。您家还有话要说，可以另提一条意见"]
    return []


def settle_reasons(outcome: str, *, changed: bool, text: str) -> list[str]:
    if outcome != "corrected":
        return []
    if not text:
        return ["选“按住户说的改正”，要写改正以后的话"]
    return [] if changed else ["改正以后的话和态度同原来一样，请改写，或者选别的办法"]
