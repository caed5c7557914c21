"""Files of suppliers and of reference: read line by line, judged, and loaded whole or set aside with a reason.

    layout → reading → loading

A file is the unit: it is loaded in one transaction that replaces what an earlier version of it brought, and its lines
are all accounted for, in its table or in quarantine.
"""
