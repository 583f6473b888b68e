"""The append-only record of every act."""
