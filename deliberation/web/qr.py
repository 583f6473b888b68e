"""QR codes as pictures that need no request: for <img> on notices and slips."""

import segno


def qr_data_uri(url: str) -> str:
    """An SVG data URI of `url` as a QR code, with the quiet zone of 4 modules around it.

    Level M survives the scratches of a board in the yard; segno raises it by itself where the
    symbol does not grow. Same URL, same bytes. Use it with an alternative text:
    `<img alt="…" src="{{ qr_data_uri(url) }}">`; an inline <svg> has none in a PDF.
    """
    return segno.make(url, error="m", micro=False).svg_data_uri(border=4)
