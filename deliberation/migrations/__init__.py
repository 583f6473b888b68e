"""Migrations. After a change of models: `tortoise makemigrations`, then read what it wrote.

An altered column rebuilds its table on SQLite and drops its secondary indexes; a new NOT NULL
field needs `db_default`; a new indexed field needs its own index operation.
"""

from deliberation import database, features
from deliberation.settings import Settings

TORTOISE = database.config(Settings(), features.model_modules())
