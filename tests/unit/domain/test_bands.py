"""Status bands: strictly falling, between 0 and 200, closed at the top."""

from decimal import Decimal as D

import pytest

from kpis.domain.bands import InvalidBands, bands_from, bands_json, check_bands
from kpis.domain.scoring import DEFAULT_BANDS, Status, StatusBands, status_of


@pytest.mark.parametrize(
    "bounds", [("100", "80", "50"), ("200", "1", "0"), ("0.002", "0.001", "0")]
)
def test_bounds_that_fall_are_fine_and_survive_json(bounds: tuple[str, str, str]) -> None:
    bands = StatusBands(*map(D, bounds))
    check_bands(bands)

    assert bands_from(bands_json(bands)) == bands


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (("100", "100", "50"), "not_falling"),
        (("100", "50", "50"), "not_falling"),
        (("50", "80", "100"), "not_falling"),
        (("200.001", "80", "50"), "out_of_range"),
        (("100", "80", "-0.001"), "out_of_range"),
        (("NaN", "80", "50"), "out_of_range"),
    ],
)
def test_other_bounds_are_refused_with_the_reason(bounds: tuple[str, str, str], code: str) -> None:
    with pytest.raises(InvalidBands) as invalid:
        check_bands(StatusBands(*map(D, bounds)))

    assert invalid.value.code == code


@pytest.mark.parametrize("data", [None, {}])
def test_settings_that_are_older_than_bands_had_the_usual_ones(
    data: dict[str, str] | None,
) -> None:
    assert bands_from(data) == DEFAULT_BANDS


def test_exactly_on_a_bound_is_the_better_band() -> None:
    bands = StatusBands(D(90), D(60), D(30))

    found = [status_of(D(points), bands) for points in ("90", "89.9", "60", "30", "29.9")]

    assert found == [Status.MET, Status.NEAR, Status.NEAR, Status.IMPROVE, Status.MISSED]
