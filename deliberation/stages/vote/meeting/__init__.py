"""The meeting in the hall: who signed in, and the page on the wall."""
