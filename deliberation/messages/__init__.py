"""短信: what residents are told by SMS, ordered by staff, sent in the background by a gateway."""
