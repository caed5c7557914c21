"""SOAP and XML answers map by XPath; entities name no files and fill no memory."""

from __future__ import annotations

import pytest
from scripted_api import answer, failure, serving, source

SOAP = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
  <s:Body>
    <Stations xmlns="urn:weather">
      <Station code="7"><Name>K\xf6ln &amp; more</Name><Temp unit="C"> 12.5 </Temp><At>2026-05-12T14:00</At></Station>
      <Station code="8"><Name>Bonn</Name><Temp unit="C"/><At>2026-05-12T14:00</At></Station>
    </Stations>
  </s:Body>
</s:Envelope>"""
DECLARED = {
    "format": "xml",
    "method": "POST",
    "body": "<request/>",
    "headers": {"Content-Type": "text/xml", "SOAPAction": "urn:weather#current"},
    "namespaces": {"w": "urn:weather"},
    "records": "//w:Station",
    "fields": {
        "id": "@code",
        "name": "w:Name",
        "temp": {"path": "w:Temp", "type": "number"},
        "at": {"path": "w:At", "type": "time", "zone": "Europe/Berlin"},
        "stations": {"path": "count(../w:Station)", "type": "integer"},
    },
    "record_time": "at",
}


def test_soap_maps_by_xpath_with_namespaces():
    with serving(answer(SOAP, Content_Type="text/xml")) as api, source(api, **DECLARED) as polled:
        polled.poll()
    assert polled.values == [
        {"id": "7", "name": "Köln & more", "temp": 12.5, "at": "2026-05-12T12:00:00.000Z", "stations": 2}
    ]
    assert polled.letters[0]["error_type"] == "unmapped_missing_field"
    assert api.requests[0][1]["soapaction"] == "urn:weather#current"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(10))


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE r [<!ENTITY f SYSTEM "{secret}">]><r><Station code="1"><Name>&f;</Name></Station></r>',
        '<!DOCTYPE r SYSTEM "{elsewhere}/r.dtd"><r><Station code="1"/></r>',
        f'<!DOCTYPE r [{LAUGHS}]><r><Station code="1"><Name>&l9;</Name></Station></r>',
        f'<!DOCTYPE r [{LAUGHS}]><r><Station code="&l9;"/></r>',
        "<r><Station>",
        "",
        '{{"list": []}}',
    ],
    ids=["file", "network", "laughs", "laughs in an attribute", "open", "empty", "json"],
)
def test_attacks_and_broken_xml_are_dead_letters(document, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the content of a file")
    with serving() as elsewhere:
        body = document.format(secret=secret.as_uri(), elsewhere=elsewhere.address).encode()
        fields = {"id": "@code", "name": "Name"}
        changes = DECLARED | {"records": "//Station", "fields": fields, "record_time": None}
        with serving(answer(body)) as api, source(api, **changes) as polled:
            failure(polled, "unmapped_not_xml")
        assert polled.letters[0]["error_type"] == "unmapped_not_xml"
        assert "the content of a file" not in str(polled.letters)
        assert polled.values == []
    assert elsewhere.requests == []
