"""What a Word, Excel, PowerPoint or OpenDocument file may carry; whatever is not on the lists is refused.

Nothing here runs, resolves or fetches anything. Every XML part is parsed without DTD, in any encoding that office
programs read, and judged by its elements; every other part must be what the lists of parts say it is.

``package``   the archive: bombs, passwords, names, packages in packages
``parts``     the lists of parts and what is asked of each
``contents``  what is asked of a picture, a program's settings, a part in general
``markup``    the XML parser
``ooxml``, ``fields``, ``formulas``   Word, Excel and PowerPoint since 2007
``odf``       OpenDocument
``compound``  Word, Excel and PowerPoint before 2007, and objects embedded by OLE
``targets``   where a link leads
``refusals``  the sentences
"""

from app.archives import refusals
from app.archives.compound import refuse_harm_in_compound
from app.archives.markup import has_dtd
from app.archives.package import UNREADABLE, declared_types, refuse_harm, refuse_locked

__all__ = (
    "UNREADABLE",
    "declared_types",
    "has_dtd",
    "refusals",
    "refuse_harm",
    "refuse_harm_in_compound",
    "refuse_locked",
)
