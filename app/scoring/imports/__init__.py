"""Tables that come in as CSV or XLSX: read into plain rows, with findings cell by cell.

Pure: no database and no Flask. ``table`` turns bytes into rows of text; ``criteria``, ``agencies``,
``accounts``, ``scores`` and ``surveys`` turn those rows into typed ones. A mistake in a file is a
``Finding``, never an exception; whoever calls decides that errors import nothing.
"""
