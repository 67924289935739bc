"""Addresses of the plant."""

from django.urls import path

from hanmaru.central.plant.views import gateway, overview, quality, refused, tags, trend

app_name = "plant"
urlpatterns = [
    path("plant/", overview.overview, name="overview"),
    path("plant/sites/new/", overview.new_site, name="new_site"),
    path("plant/<slug:site>/at/<path:path>/", overview.asset, name="asset"),
    path("plant/<slug:site>/tags/", tags.browse, name="tags"),
    path("plant/<slug:site>/tags/<int:number>/", tags.tag, name="tag"),
    path("plant/<slug:site>/trend/", trend.page, name="trend"),
    path("plant/<slug:site>/trend/data/", trend.data, name="trend_data"),
    path("plant/<slug:site>/trend/mark/", trend.mark, name="trend_mark"),
    path("plant/<slug:site>/trend/export/", trend.export, name="trend_export"),
    path("plant/<slug:site>/quality/", quality.page, name="quality"),
    path("plant/<slug:site>/connections/", gateway.connections, name="connections"),
    path("plant/<slug:site>/connections/new/", gateway.new, name="new_connection"),
    path("plant/<slug:site>/connections/<slug:name>/", gateway.connection, name="connection"),
    path("plant/<slug:site>/connections/<slug:name>/refused/", refused.page, name="refused"),
]
