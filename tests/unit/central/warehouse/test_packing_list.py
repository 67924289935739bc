"""The packing list: a real PDF with both languages in it."""

import pytest

from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db


def test_a_packing_list_is_a_pdf_with_the_fonts_in_it(new_variant, bins, settings):
    from hanmaru.central.catalog.errors import FontMissing
    from hanmaru.central.catalog.labels import font_file
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.packing_list import packing_list_pdf

    try:
        font_file(settings.FRONT_END_PACKAGES)
    except FontMissing:
        pytest.skip("the front-end packages are not installed: make set-up installs them")
    rings = [new_variant() for _number in range(40)]
    for ring in rings:
        floor.stow(ring, 3, bins[0])
    order = floor.ordered(*[(ring, 2) for ring in rings])
    floor.pick_all(services.make_pick_list([order]))
    floor.pack_all(order)
    number, pdf = packing_list_pdf(order)
    assert number
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") >= 2
    assert b"/FontFile2" in pdf
