"""Time zones by IANA's names and by cities, however they are typed."""

from zoneinfo import available_timezones

import pytest

from analytics.errors import RequestError
from analytics.language import speaking
from handlers._zones import LARGE, LIKELY, SHORT, _cities, city_of, is_zone, zone_of


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("NewYork", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Ho Chi Minh City", "Asia/Saigon"),
        ("Mumbai", "Asia/Kolkata"),
        ("rio de janeiro", "America/Sao_Paulo"),
        ("Mailand", "Europe/Rome"),
        ("Köln", "Europe/Berlin"),
        ("Múnich", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Nueva York", "America/New_York"),
        ("Lissabon", "Europe/Lisbon"),
        ("NYC", "America/New_York"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
    ],
)
def test_a_place_is_known_by_its_name(typed: str, zone: str) -> None:
    assert zone_of(typed).key == zone
    assert is_zone(typed)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Berln", "Europe/Berlin"),
        ("CET", "Europe/Berlin"),
        ("IST", "Asia/Kolkata"),
        ("est", "America/New_York"),
        ("UTC+2", LIKELY[0]),
        ("+02:00", LIKELY[0]),
        ("UTC+2", "Europe/Helsinki"),
        ("GMT-5", "America/New_York"),
        ("+5:30", "Asia/Kolkata"),
        ("xxyyzz", LIKELY[0]),
    ],
)
def test_what_is_no_place_is_refused_with_places_to_tap(typed: str, offered: str) -> None:
    with pytest.raises(RequestError) as caught:
        zone_of(typed)
    assert offered in [correction.right for correction in caught.value.corrections]
    assert not is_zone(typed)


def test_every_place_of_the_time_zone_database_is_known() -> None:
    places = [z for z in available_timezones() if "/" in z and not z.startswith("Etc/")]
    assert len(places) > 400
    assert {zone_of(place).key for place in places} == set(places)


def test_whatever_is_offered_is_a_place() -> None:
    for zone in {*LIKELY, *(zone for zones in SHORT.values() for zone in zones)}:
        assert zone_of(zone).key == zone
        assert zone_of(city_of(zone)).key == zone


def test_only_cities_that_nobody_else_knows_stand_in_our_own_list() -> None:
    for city, zone in LARGE.items():
        assert zone_of(city).key == zone
        assert city not in {name for _, name in _cities("en")}
        assert not [z for z in available_timezones() if z.endswith(city.replace(" ", "_"))]


def test_a_city_is_called_as_people_call_it() -> None:
    assert city_of("America/New_York") == "New York"
    assert city_of("UTC") == "UTC"
    with speaking("en"):
        assert city_of("Asia/Saigon") == "Ho Chi Minh City"
