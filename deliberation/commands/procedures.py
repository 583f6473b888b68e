"""Print every declared procedure as a table."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from fractions import Fraction

from deliberation.act_names import ACT_NAMES
from deliberation.procedure import Procedure, Role, Stage
from deliberation.procedures import PROCEDURES, STANDING
from deliberation.stages.vote.profiles import PROFILES


def add(parser: ArgumentParser) -> None:
    pass


def run(args: Namespace) -> int:
    print(text())
    return 0


def text() -> str:
    """The whole catalogue as text; a test pins it, so any change of a rule shows in the diff."""
    parts = [_procedure(item) for item in PROCEDURES.values()]
    return "\n\n".join([*parts, _profiles(), _standing()])


def _procedure(item: Procedure) -> str:
    lines = [f"# {item.name}（{item.key}，第{item.version}版）", item.note, ""]
    for stage in item.stages:
        lines += _stage(stage)
    lines.append("数值")
    lines += [
        f"  {field.name} = {_value(getattr(item.norms, field.name))}"
        for field in fields(item.norms)
    ]
    return "\n".join(lines)


def _stage(stage: Stage) -> list[str]:
    lines = [f"{stage.step}｜{stage.name}｜{stage.key}"]
    lines += [
        f"  {ACT_NAMES[act]}（{act}）：{_roles(roles)}" for act, roles in sorted(stage.may.items())
    ]
    if stage.back_to:
        lines.append(f"  可退回到：{'、'.join(stage.back_to)}")
    lines += [f"  {outcome.label} → {to}" for outcome, to in stage.after.items()]
    return [*lines, ""]


def _profiles() -> str:
    lines = ["# 表决方式"]
    lines += [
        f"{item.key}｜{item.name}｜{item.words}｜{item.basis_text}" for item in PROFILES.values()
    ]
    return "\n".join(lines)


def _standing() -> str:
    lines = ["# 不随阶段变化的权限"]
    lines += [
        f"  {ACT_NAMES[act]}（{act}）：{_roles(roles)}" for act, roles in sorted(STANDING.items())
    ]
    return "\n".join(lines)


def _roles(roles: frozenset[Role]) -> str:
    return "、".join(role.label for role in Role if role in roles)


def _value(value) -> str:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else str(value)
