"""Addresses of this app's pages."""

from django.urls import path

from hanmaru.central.companies.views import devices, entry, joining, people, platform, settings, trail

app_name = "companies"
urlpatterns = [
    path("sign-up/", entry.sign_up, name="signup"),
    path("login/", entry.log_in, name="login"),
    path("logout/", entry.log_out, name="logout"),
    path("company/", entry.choose, name="choose"),
    path("join/<str:key>/", joining.join, name="join"),
    path("new-password/<str:key>/", joining.reset, name="reset"),
    path("people/", people.people, name="people"),
    path("people/roles/", people.roles, name="roles"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<int:invitation_id>/withdraw/", people.revoke_invitation, name="revoke_invitation"),
    path("people/<int:membership_id>/", people.person, name="person"),
    path("people/<int:membership_id>/remove/", people.remove, name="remove"),
    path("people/<int:membership_id>/password-link/", people.password_link, name="password_link"),
    path("settings/", settings.settings, name="settings"),
    path("settings/company/", settings.company, name="company"),
    path("settings/order-page/", settings.order_page, name="order_page"),
    path("settings/profile/", settings.profile, name="profile"),
    path("settings/password/", settings.password, name="password"),
    path("settings/devices/", devices.devices, name="devices"),
    path("settings/devices/new/", devices.new_device, name="new_device"),
    path("settings/devices/<int:token_id>/revoke/", devices.revoke_device, name="revoke_device"),
    path("settings/trail/", trail.trail, name="trail"),
    path("platform/", platform.platform, name="platform"),
]
