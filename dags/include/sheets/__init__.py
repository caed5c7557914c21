"""Files of suppliers and of reference: read record by record, judged, and loaded whole or set aside with a reason.

    layout, places → reading (CSV), geojson → loading

A file is the unit: it is loaded in one transaction that replaces what an earlier version of it brought, and its records
are all accounted for, in its table or in quarantine.
"""
