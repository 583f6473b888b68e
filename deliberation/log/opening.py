"""Opening the log with the database: the key to sign with, and whether the record is as it was.

`database.connect` does it for every process and every command, before migrations: it reads only
columns that were there from the first day, and asks for the signatures only where there are some.
"""

from tortoise import connections

from deliberation.log import checkpoints, keys, signing, standing
from deliberation.log.checkpoints import Witnessed
from deliberation.log.keys import KeyProblem, Keys
from deliberation.settings import Settings


async def open_log(settings: Settings, *, make_key: bool = True) -> None:
    """Loads the key (makes the first one) and compares the database with the checkpoints.

    Raises KeyProblem when the record was signed with a key that is not there; a new one would
    make the record look like somebody else's.
    """
    columns = await _columns()
    witnessed = checkpoints.read(settings.checkpoint_folder)
    found = await _keys(settings, witnessed, columns, make_key)
    signing.use(found)
    checkpoints.use(settings.checkpoint_folder)
    publics = found.publics if found else {}
    standing.use(
        await standing.compare(
            witnessed.last, witnessed.forked, publics, has_table="digest" in columns
        )
    )


def close_log() -> None:
    signing.use(None)
    checkpoints.use(None)
    standing.use({})


async def _keys(
    settings: Settings, witnessed: Witnessed, columns: set[str], make_key: bool
) -> Keys | None:
    path = settings.log_key_path
    used = await _used() if "key" in columns else set()
    if not path.exists():
        if used or witnessed.last or keys.ring_path(path).exists():
            raise KeyProblem(
                f"找不到签名钥匙{path}，而办事记录已经用它签署过。请放回原来的钥匙文件；"
                "确实丢失的，见README的“Keys”"
            )
        if not make_key:
            return None
    found = keys.create(path)
    if unknown := sorted(used - found.publics.keys()):
        raise KeyProblem(
            f"签名钥匙不对：数据库里的记录由另一把钥匙（指纹{unknown[0]}）签署，"
            f"{path}不是它，也没有换钥匙的声明。请放回原来的钥匙文件"
        )
    keys.keep_ring(path, found)
    return found


async def _used() -> set[str]:
    """Fingerprints of the keys that signed what is in the database."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT DISTINCT key FROM entry WHERE key <> ''"
    )
    return {row["key"] for row in rows}


async def _columns() -> set[str]:
    """The columns that the table of entries has now; none before the first migration."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        sql = "SELECT name FROM pragma_table_info('entry')"
    else:
        sql = (
            "SELECT column_name AS name FROM information_schema.columns"
            " WHERE table_name = 'entry' AND table_schema = current_schema()"
        )
    return {row["name"] for row in await client.execute_query_dict(sql)}
