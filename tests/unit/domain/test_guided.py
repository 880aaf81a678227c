"""How the guided start lays out a tree."""

from decimal import Decimal as D

from kpis.domain.guided import Driver, balanced_weights, driver_for

INQUIRIES = Driver("inquiries", "問い合わせを増やす", perspectives=("customer",))
CLOSING = Driver("closing", "成約につなげる", kpis=("cvr",))
OWN = Driver("own_1", "自社の要素")


def test_a_kpi_goes_where_it_is_named_then_by_its_perspective_then_last() -> None:
    drivers = [INQUIRIES, CLOSING, OWN]

    assert driver_for(drivers, "cvr", "customer") is CLOSING
    assert driver_for(drivers, "leads", "customer") is INQUIRIES
    assert driver_for(drivers, "roi", "financial") is OWN
    assert driver_for([], "roi", "financial") is None


def test_weights_are_equal_unless_one_perspective_has_most() -> None:
    assert balanced_weights({}) == {}
    assert balanced_weights({"a": "process", "b": "customer"}) == {"a": D(1), "b": D(1)}
    assert balanced_weights({"a": "process", "b": "process"}) == {"a": D(1), "b": D(1)}
    five = {"a": "process", "b": "process", "c": "process", "d": "process", "e": "customer"}
    assert balanced_weights(five)["e"] == 4
    assert balanced_weights(five)["a"] == 1
