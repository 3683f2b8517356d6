"""QR codes for pages."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """The text as a QR code, inline SVG."""
    return Markup(segno.make(text, error="m").svg_inline(scale=4, border=2, dark="#10233c", light="#fff"))
