"""Accounts, slips and sessions.

A staff account has a username and a password; a resident's account belongs to one person or to
one household and is reached by a paper slip. Tokens are stored as SHA-256 only.
"""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Account(Model):
    """Exactly one of `person` and `household` is set; `username` only for staff.

    `welcome_hash`: of the link by which they choose a password; '' once they have. It was made at
    `welcome_at` by the account `welcome_by`.
    """

    id = fields.IntField(primary_key=True)
    username = fields.CharField(max_length=40, null=True, unique=True)
    password_hash = fields.CharField(max_length=200, default="")
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="accounts", on_delete=RESTRICT, null=True, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household",
        related_name="accounts",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)
    welcome_hash = fields.CharField(max_length=64, default="", db_default="")
    welcome_at = fields.DatetimeField(null=True)
    welcome_by = fields.IntField(null=True)

    class Meta:
        table = "account"


class Slip(Model):
    """A printed sign-in paper: `token` in its QR, checked with a phone's last digits or a PIN.

    It binds to the first browser that passes the check (`bound_at`) until signed out there.
    """

    id = fields.IntField(primary_key=True)
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="slips", on_delete=RESTRICT, db_index=True
    )
    token_hash = fields.CharField(max_length=64, unique=True)
    pin_hash = fields.CharField(max_length=200, default="")
    issued_at = fields.DatetimeField()
    issued_by = fields.IntField(null=True)
    bound_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "slip"


class Session(Model):
    """One browser. `account` is who acts now; `SessionAccount` rows are who may be chosen: `people`
    of them, where a cookie was looked up. `device` is `rules.device` of the last signing in."""

    people = 1

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="sessions", on_delete=RESTRICT, db_index=True
    )
    device = fields.CharField(max_length=20, default="", db_default="")
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "session"


class SignInCode(Model):
    """A code that was sent to a phone. It is typed behind a ticket, of which only the SHA-256 is
    kept; number and code are kept as keyed hashes."""

    id = fields.IntField(primary_key=True)
    ticket_hash = fields.CharField(max_length=64, unique=True)
    phone_hash = fields.CharField(max_length=64, db_index=True)
    code_hash = fields.CharField(max_length=64)
    sent_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in_code"


class DeskHelp(Model):
    """That two of the staff knew somebody (`known_by`, of `rules.KNOWN_BY`) and signed them in at
    the desk: `helper` and `witness`, never the same. Written once."""

    id = fields.IntField(primary_key=True)
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="helps", on_delete=RESTRICT, db_index=True
    )
    helper = fields.ForeignKeyField(
        "deliberation.Person", related_name="helped", on_delete=RESTRICT, db_index=True
    )
    witness = fields.ForeignKeyField(
        "deliberation.Person", related_name="witnessed", on_delete=RESTRICT, db_index=True
    )
    known_by = fields.CharField(max_length=10)
    at = fields.DatetimeField()

    class Meta:
        table = "desk_help"


class SessionAccount(Model):
    """An account bound to a browser: one phone may serve several people of a home.

    `slip`, `code` or `help` is how they signed in; none of them: with a password.
    """

    id = fields.IntField(primary_key=True)
    session = fields.ForeignKeyField(
        "deliberation.Session", related_name="bound", on_delete=RESTRICT, db_index=True
    )
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="bound", on_delete=RESTRICT, db_index=True
    )
    slip = fields.ForeignKeyField(
        "deliberation.Slip", related_name="bound", on_delete=RESTRICT, null=True, db_index=True
    )
    code = fields.ForeignKeyField(
        "deliberation.SignInCode",
        related_name="bound",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    help = fields.ForeignKeyField(
        "deliberation.DeskHelp",
        related_name="bound",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )

    class Meta:
        table = "session_account"
        unique_together = (("session", "account"),)


class Access(Model):
    """Who looked at whose data, and why: kept six months at least."""

    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="accesses", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="accesses", on_delete=RESTRICT, db_index=True
    )
    reason = fields.CharField(max_length=200)

    class Meta:
        table = "access"


async def is_empty() -> bool:
    """Whether nobody can sign in by password yet: a new installation."""
    return not await Account.exists(username__not_isnull=True)
