"""What of a GeoJSON file is fit, feature by feature, and what is said of the rest."""

import json

import pytest

from include.files import FOLDER
from include.sheets import geojson
from include.sheets.geojson import records
from include.sheets.places import PLACES

POINT = {"type": "Point", "coordinates": [4.4777, 51.9244]}
LINE = {"type": "LineString", "coordinates": [[-9.1393, 38.7223], [-5.9845, 37.3891]]}


def feature(geometry=POINT, **changes):
    properties = {"kind": "warehouse", "name": "Rotterdam"} | changes.pop("properties", {})
    return {"type": "Feature", "id": "w-1", "properties": properties, "geometry": geometry} | changes


def collection(*features, indent=None, **more):
    return json.dumps({"type": "FeatureCollection", **more, "features": list(features)}, indent=indent).encode()


def read(tmp_path, content):
    path = tmp_path / "geo.json"
    path.write_bytes(content)
    return list(records(path, PLACES))


def test_points_and_lines_keep_their_digits(tmp_path):
    road = feature(LINE, id="a-b", properties={"kind": "road", "country_code": "PT"})
    first, second = read(tmp_path, collection(feature(), road))
    assert first.values == ("warehouse", "w-1", "Rotterdam", None, json.dumps(POINT))
    assert second.values == ("road", "a-b", "Rotterdam", "PT", json.dumps(LINE))


def test_every_place_of_the_example_is_fit():
    found = list(records(FOLDER / "geo.json", PLACES))
    assert len(found) > 100
    assert [record for record in found if record.reason] == []


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (5, "it is no Feature"),
        ({"type": "Point"}, "it is no Feature"),
        ({**feature(), "properties": None}, "it has no properties"),
        (feature(id=None), "id is missing"),
        (feature(id="a" * 201), "id is longer than 200 characters"),
        (feature(properties={"kind": "castle"}), "kind is none of country, warehouse, road"),
        (feature(properties={"country_code": "nl"}), "country_code is no country code of two capital letters"),
        (feature(properties={"name": "=HYPERLINK(1)"}), "name begins like a formula"),
        (feature(properties={"name": "a\0b"}), "name holds a zero byte"),
        (feature(properties={"name": "\ud800"}), "name holds half a character"),
        (feature(None), "geometry is neither a Point nor a LineString"),
        (feature("here"), "geometry is neither a Point nor a LineString"),
        (feature({"type": "Polygon", "coordinates": []}), "geometry is neither a Point nor a LineString"),
        (
            feature({**POINT, "coordinates": [51.9, "4.4"]}),
            "geometry has no coordinates that are longitude and latitude",
        ),
        (feature({**POINT, "coordinates": [4.4, 90.1]}), "geometry has no coordinates that are longitude and latitude"),
        (
            feature({**LINE, "coordinates": [[4.4, 51.9]]}),
            "geometry has no coordinates that are longitude and latitude",
        ),
    ],
)
def test_unfit_feature_is_set_aside_with_its_reason_and_the_others_are_fit(tmp_path, spoilt, said):
    good, bad, also_good = read(tmp_path, collection(feature(), spoilt, feature(), indent=1))
    assert (good.reason, also_good.reason) == (None, None)
    assert (bad.values, bad.reason, bad.stands_for) == (None, said, 1)
    assert bad.raw.encode()


@pytest.mark.parametrize(
    ("content", "said", "count"),
    [
        (b"", "the file is empty", 0),
        (collection(feature()).decode().encode("utf-16"), "the file is UTF-16, not UTF-8", 1),
        (b'{"type": "\xe4"}', "byte 11 of the file is not UTF-8", 1),
        (b'{"type":\n "a"', "the file is no JSON: Expecting ',' delimiter in line 2, column 5", 1),
        (collection(feature()) + b"\n]", "the file is no JSON: Extra data in line 2, column 1", 1),
        (b'{"a": NaN}', "the file is no JSON that can be trusted: NaN is no number", 1),
        (b'{"a": 1, "a": 2}', "the file is no JSON that can be trusted: a name stands twice among a", 1),
        (b"[" * 100_000, "the file is no JSON that can be trusted: ", 1),
        (b"[]", "the file is no FeatureCollection", 1),
        (b'{"type": "FeatureCollection", "features": {}}', "the file is no FeatureCollection", 1),
    ],
)
def test_unfit_file_gives_one_record_that_stands_for_it(tmp_path, content, said, count):
    (only,) = read(tmp_path, content)
    assert (only.line, only.values, only.stands_for) == (1, None, count)
    assert only.reason.startswith(said)


def test_file_that_does_not_fit_into_memory_is_set_aside_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(geojson, "LARGEST_FILE_MB", 0)
    (only,) = read(tmp_path, collection(feature()))
    assert only.reason == "the file is larger than 0 MiB"


def test_features_carry_the_line_they_begin_on_whatever_stands_before_them(tmp_path):
    head = b'\xef\xbb\xbf{"bbox" : [1, [2], "]"],\r\n\n"type":"FeatureCollection" , "features":\n[\n'
    content = head + json.dumps(feature()).encode() + b"\n,\n" + json.dumps(feature(), indent=1).encode() + b'],"z":0}'
    assert [record.line for record in read(tmp_path, content)] == [5, 7]


def test_features_of_one_line_are_counted(tmp_path):
    assert [record.line for record in read(tmp_path, collection(*[feature()] * 3))] == [1, 2, 3]


def test_empty_collection_holds_nothing(tmp_path):
    assert read(tmp_path, collection()) == []
