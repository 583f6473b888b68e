"""党员大会审议: the extra stage of 四议两公开."""
