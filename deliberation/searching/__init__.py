"""查找: one box over people, homes, opinions, notices, answers and matters."""
