"""Addresses of this app's pages."""

from django.urls import URLPattern, URLResolver, path

from hanmaru.central.companies.answers import says_why
from hanmaru.central.warehouse.views import boxes, deliveries, floor, parcels, pick_lists, readers, suppliers

app_name = "warehouse"
urlpatterns: list[URLPattern | URLResolver] = [
    path("warehouse/", says_why(floor.home), name="home"),
    path("warehouse/receive/", says_why(floor.choose_delivery), name="choose_delivery"),
    path("warehouse/receive/new/", says_why(floor.receive), name="receive_blind"),
    path("warehouse/receive/<int:delivery_id>/", says_why(floor.receive), name="receive"),
    path("warehouse/put-away/", says_why(floor.put_away), name="put_away"),
    path("warehouse/pick/", says_why(floor.choose_list), name="choose_list"),
    path("warehouse/pick/<int:list_id>/", says_why(floor.pick), name="pick"),
    path("warehouse/pack/", says_why(floor.pack), name="choose_order"),
    path("warehouse/pack/<int:order_id>/", says_why(floor.pack), name="pack"),
    path("warehouse/ship/", says_why(floor.ship), name="ship"),
    path("warehouse/count/", says_why(floor.count), name="count"),
    path("warehouse/move/", says_why(floor.move), name="move"),
    path("warehouse/look-up/", says_why(floor.look_up), name="look_up"),
    path("deliveries/", says_why(deliveries.delivery_list), name="deliveries"),
    path("deliveries/new/", says_why(deliveries.new_delivery), name="new_delivery"),
    path("deliveries/<int:delivery_id>/", says_why(deliveries.delivery_page), name="delivery"),
    path("deliveries/<int:delivery_id>/close/", says_why(deliveries.close_delivery), name="close_delivery"),
    path("deliveries/<int:delivery_id>/cancel/", says_why(deliveries.cancel_delivery), name="cancel_delivery"),
    path("suppliers/", says_why(suppliers.suppliers), name="suppliers"),
    path("suppliers/<int:supplier_id>/", says_why(suppliers.supplier), name="supplier"),
    path("suppliers/<int:supplier_id>/archive/", says_why(suppliers.archive), name="archive_supplier"),
    path("pick-lists/", says_why(pick_lists.pick_list_list), name="pick_lists"),
    path("pick-lists/new/", says_why(pick_lists.new_pick_list), name="new_pick_list"),
    path("pick-lists/<int:list_id>/", says_why(pick_lists.pick_list_page), name="pick_list"),
    path("pick-lists/<int:list_id>/give-back/", says_why(pick_lists.give_back), name="give_back"),
    path("pick-lists/<int:list_id>/cancel/", says_why(pick_lists.cancel_list), name="cancel_list"),
    path("parcels/", says_why(parcels.parcel_list), name="parcels"),
    path("parcels/<int:parcel_id>/", says_why(parcels.parcel_page), name="parcel"),
    path("parcels/<int:parcel_id>/unpack/", says_why(parcels.unpack), name="unpack"),
    path("orders/<int:order_id>/packing-list.pdf", says_why(parcels.packing_list), name="packing_list"),
    path("boxes/", says_why(boxes.boxes), name="boxes"),
    path("boxes/<int:box_id>/", says_why(boxes.box), name="box"),
    path("boxes/<int:box_id>/archive/", says_why(boxes.archive), name="archive_box"),
    path("readers/", says_why(readers.reader_page), name="readers"),
    path("readers/<str:epc>/", says_why(readers.bind), name="bind"),
]
