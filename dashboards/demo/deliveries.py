"""The public delivery records behind the demo, and what vendors really charged in them."""

import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

from django.conf import settings

from kpis.domain.imports.dates import read_date
from kpis.domain.imports.detect import detect_file
from kpis.domain.imports.read import read_rows

FILE_NAME = "SCMS_Delivery_History_Dataset.csv"
PRODUCT = "Efavirenz 600mg, tablets, 30 Tabs"


def file_content() -> bytes:
    """Return the file as it was published: tab separated, with line ends of an old Mac."""
    path = Path(settings.BASE_DIR) / "kpis/demo/deliveries.tsv.gz"
    return gzip.decompress(path.read_bytes())


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """What the records say of one vendor and one product."""

    vendor: str
    deliveries: int
    on_time: int
    pack_price: Decimal


def facts(product: str = PRODUCT) -> dict[str, VendorFacts]:
    """Return each vendor's deliveries, how many were on time, and its median pack price in USD."""
    content = file_content()
    profile = detect_file(content, FILE_NAME)
    place = {name: index for index, name in enumerate(profile.columns)}
    prices: dict[str, list[Decimal]] = defaultdict(list)
    on_time: dict[str, int] = defaultdict(int)
    for row in read_rows(content, profile):
        cells = row.cells
        if cells[place["Item Description"]] != product:
            continue
        vendor = cells[place["Vendor"]]
        prices[vendor].append(Decimal(cells[place["Pack Price"]]))
        due = read_date(cells[place["Scheduled Delivery Date"]], None)
        delivered = read_date(cells[place["Delivered to Client Date"]], None)
        if isinstance(due, date) and isinstance(delivered, date) and delivered <= due:
            on_time[vendor] += 1
    return {
        vendor: VendorFacts(vendor, len(found), on_time[vendor], median(found))
        for vendor, found in prices.items()
    }
