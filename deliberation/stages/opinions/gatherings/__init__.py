"""Many voices at once: a bench meeting in the yard, a talk in the group chat."""
