"""Electronic and paper notice boards, and the proof of what hung on them when."""
