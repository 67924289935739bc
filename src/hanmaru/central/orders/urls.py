"""Addresses of this app's pages."""

from django.urls import path

from hanmaru.central.orders.views import customers, entry, files, orders, returns, shop, tracking

app_name = "orders"
urlpatterns = [
    path("orders/", orders.order_list, name="list"),
    path("orders/new/", entry.new_order, name="new"),
    path("orders/new/products/", entry.find_products, name="find_products"),
    path("orders/new/products/<int:variant_id>/", entry.add_line, name="add_line"),
    path("orders/new/customers/", entry.find_customers, name="find_customers"),
    path("orders/import/", files.choose, name="import"),
    path("orders/import/template/", files.template, name="import_template"),
    path("orders/import/<int:run_id>/", files.run, name="import_run"),
    path("orders/import/<int:run_id>/start/", files.start, name="import_start"),
    path("orders/import/<int:run_id>/refused/", files.refused, name="import_refused"),
    path("orders/export.csv", files.export_orders, {"form": "csv"}, name="export_csv"),
    path("orders/export.xlsx", files.export_orders, {"form": "xlsx"}, name="export_xlsx"),
    path("orders/returns/", returns.return_list, name="returns"),
    path("orders/returns/<int:return_id>/receive/", returns.receive, name="receive_return"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/edit/", entry.edit_order, name="edit"),
    path("orders/<int:order_id>/take-back/", returns.take_back, name="take_back"),
    path("orders/<int:order_id>/<slug:action>/", orders.act, name="act"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/new/", customers.edit_customer, name="new_customer"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/edit/", customers.edit_customer, name="edit_customer"),
    # For customers: the company's order page, and the private page of one order.
    path("c/<slug:slug>/", shop.products, name="shop"),
    path("c/<slug:slug>/products/<int:product_id>/", shop.product, name="shop_product"),
    path("c/<slug:slug>/products/<int:product_id>/price/", shop.price, name="shop_price"),
    path("c/<slug:slug>/basket/", shop.basket, name="shop_basket"),
    path("o/<int:company_id>-<str:key>/", tracking.tracking, name="tracking"),
    path("o/<int:company_id>-<str:key>/live/<int:seen>", tracking.live, name="tracking_live"),
]
