"""A ClickHouse-compatible HTTP server over the ClickHouse engine that `chdb-core` embeds.

One process owns the data folder. The HTTP interface is the one of ClickHouse itself
(ClickHouse docs, "HTTP Interface"), so that curl, clickhouse-connect, dbt and Superset need no
special case. Results leave the engine, and inserted rows enter it, through pipes: the engine
formats and parses block by block, so memory stays bounded whatever the format.

    app        routes and one request from socket to socket
    request    what a request asks: user, text, parameters, settings, body
    statement  what kind of statement a text is, and where its parts are (`lexer` cuts it)
    execution  runs one statement on one connection
    engine     the only importer of chdb
"""
